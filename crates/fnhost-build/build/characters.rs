//! Makes the engine look at many characters at once when it counts those above
//! ASCII.
//!
//! QuickJS does that to each string that it hands out as UTF-8
//! (`JS_ToCStringLen2`), so to each that crosses to the host: `count +=
//! text[n] >> 7`, unrolled four times when it was compiled, which for a body of
//! a megabyte takes longer than its hash. In front of that loop goes one that
//! takes 32 bytes a round with the instructions of WebAssembly for vectors, and
//! leaves all variables as the loop would have.

use anyhow::{Result, anyhow, ensure};
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent};
use wasm_encoder::{BlockType, CodeSection, Function, Instruction, MemArg};
use wasmparser::{FunctionBody, Operator, Parser};

/// Bytes that a round of the new loop takes.
const ROUND: i32 = 32;

/// Rewrites the loop wherever the linked component has it. Fails where it does
/// not: then the engine is another one, and what to do has to be thought over.
pub(crate) fn count_many_at_once(component: &[u8]) -> Result<Vec<u8>> {
    let mut pass = Pass { loops: 0 };
    let mut out = wasm_encoder::Component::new();
    pass.parse_component(&mut out, Parser::new(0), component).map_err(|error| anyhow!("{error}"))?;
    ensure!(pass.loops > 0, "the engine does not count characters as expected");
    Ok(out.finish())
}

struct Pass {
    /// How often the loop was found.
    loops: u32,
}

impl ReencodeComponent for Pass {}

impl Reencode for Pass {
    type Error = std::convert::Infallible;

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let operators = body.get_operators_reader()?.into_iter().collect::<wasmparser::Result<Vec<_>>>()?;
        let mut at = 0;
        while at < operators.len() {
            let length = match CountingLoop::at_start_of(&operators[at..]) {
                Some((counting, length)) => {
                    counting.write_long_rounds(&mut function);
                    // What is left, if anything: the loop tests at its end.
                    for instruction in [
                        Instruction::LocalGet(counting.end),
                        Instruction::LocalGet(counting.position),
                        Instruction::I32Ne,
                        Instruction::If(BlockType::Empty),
                    ] {
                        function.instruction(&instruction);
                    }
                    self.loops += 1;
                    length
                }
                None => 0,
            };
            for operator in &operators[at..at + length.max(1)] {
                function.instruction(&self.instruction(operator.clone())?);
            }
            if length > 0 {
                function.instruction(&Instruction::End);
            }
            at += length.max(1);
        }
        code.function(&function);
        Ok(())
    }
}

/// `do { count += the highest bits of the four bytes at address = base + position; position += 4 } while (position != end)`:
/// which locals of the function hold these.
struct CountingLoop {
    count: u32,
    position: u32,
    base: u32,
    address: u32,
    end: u32,
    memory: u32,
}

impl CountingLoop {
    /// The loop with which `operators` begin, if they do, and of how many it consists.
    fn at_start_of(operators: &[Operator<'_>]) -> Option<(CountingLoop, usize)> {
        let [
            Operator::Loop { .. },
            Operator::LocalGet { local_index: count },
            Operator::LocalGet { local_index: position },
            Operator::LocalGet { local_index: base },
            Operator::I32Add,
            Operator::LocalTee { local_index: address },
            rest @ ..,
        ] = operators
        else {
            return None;
        };
        let (memory, rest) = sum_of_four(*address, rest)?;
        let [
            Operator::LocalSet { local_index: count_set },
            Operator::LocalGet { local_index: end },
            Operator::LocalGet { local_index: position_got },
            Operator::I32Const { value: 4 },
            Operator::I32Add,
            Operator::LocalTee { local_index: position_set },
            Operator::I32Ne,
            Operator::BrIf { relative_depth: 0 },
            Operator::End,
            rest @ ..,
        ] = rest
        else {
            return None;
        };
        let same = count == count_set && position == position_got && position == position_set;
        let [count, position, base, address, end] = [*count, *position, *base, *address, *end];
        let length = operators.len() - rest.len();
        same.then_some((CountingLoop { count, position, base, address, end, memory }, length))
    }

    /// Writes the new loop: as long as a round's bytes are left, take them.
    fn write_long_rounds(&self, function: &mut Function) {
        let vector = |offset| Instruction::V128Load(MemArg { offset, align: 0, memory_index: self.memory });
        let add_highest_bits = [Instruction::I8x16Bitmask, Instruction::I32Popcnt, Instruction::I32Add];
        let instructions = [
            &[
                Instruction::Block(BlockType::Empty),
                Instruction::Loop(BlockType::Empty),
                Instruction::LocalGet(self.end),
                Instruction::LocalGet(self.position),
                Instruction::I32Sub,
                Instruction::I32Const(ROUND),
                Instruction::I32LtU,
                Instruction::BrIf(1),
                Instruction::LocalGet(self.count),
                Instruction::LocalGet(self.position),
                Instruction::LocalGet(self.base),
                Instruction::I32Add,
                Instruction::LocalTee(self.address),
                vector(0),
            ][..],
            &add_highest_bits,
            &[Instruction::LocalGet(self.address), vector(16)],
            &add_highest_bits,
            &[
                Instruction::LocalSet(self.count),
                Instruction::LocalGet(self.position),
                Instruction::I32Const(ROUND),
                Instruction::I32Add,
                Instruction::LocalSet(self.position),
                Instruction::Br(0),
                Instruction::End,
                Instruction::End,
                // The last address that the replaced rounds would have seen.
                Instruction::LocalGet(self.base),
                Instruction::LocalGet(self.position),
                Instruction::I32Add,
                Instruction::I32Const(4),
                Instruction::I32Sub,
                Instruction::LocalSet(self.address),
            ],
        ];
        for instruction in instructions.into_iter().flatten() {
            function.instruction(instruction);
        }
    }
}

/// If `operators` add the highest bits of the four bytes at the local `address`
/// (which is on the stack too, above the sum so far), the memory they are in,
/// and the operators behind.
fn sum_of_four<'a, 'b>(address: u32, operators: &'a [Operator<'b>]) -> Option<(u32, &'a [Operator<'b>])> {
    let (memory, mut rest) = highest_bit(operators)?;
    for offset in 1..4 {
        let [Operator::LocalGet { local_index }, Operator::I32Const { value }, Operator::I32Add, next @ ..] = rest
        else {
            return None;
        };
        let (other, behind) = highest_bit(next)?;
        if (*local_index, *value, other) != (address, offset, memory) {
            return None;
        }
        rest = behind;
    }
    Some((memory, rest))
}

/// If `operators` add the highest bit of the byte whose address is on the stack
/// to what is below it, the memory it is in, and the operators behind.
fn highest_bit<'a, 'b>(operators: &'a [Operator<'b>]) -> Option<(u32, &'a [Operator<'b>])> {
    match operators {
        [
            Operator::I32Load8U { memarg },
            Operator::I32Const { value: 7 },
            Operator::I32ShrU,
            Operator::I32Add,
            behind @ ..,
        ] if memarg.offset == 0 => Some((memarg.memory, behind)),
        _ => None,
    }
}
