//! How long a component would take to compile, as far as that can be told from its instructions. Compiling cannot be
//! stopped, and there are functions of a few kilobytes that keep a processor busy for minutes and take gigabytes.

use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// What one function and a whole component may come to. A million takes a second or two. The JavaScript engine
/// comes to 1,130,000, with 115,000 for its largest function.
const FUNCTION_MAX: u64 = 3_000_000;
const COMPONENT_MAX: u64 = 10_000_000;

/// What a target of a `br_table` counts as.
const TARGET: u64 = 100;

/// Refuses `component` where it would take too long. What is no component is left to the compiler to refuse.
pub(crate) fn check(component: &[u8]) -> Result<(), String> {
    let mut whole: u64 = 0;
    for payload in Parser::new(0).parse_all(component) {
        let Ok(payload) = payload else { return Ok(()) };
        let Payload::CodeSectionEntry(body) = payload else { continue };
        let Ok(function) = of_function(&body) else { return Ok(()) };
        if function > FUNCTION_MAX {
            let at = body.range().start;
            return Err(format!(
                "the function at byte {at} would take too long to compile: it has too many loops, within loops, for its \
                 variables, or too large tables of branches ({function} where {FUNCTION_MAX} are allowed)"
            ));
        }
        whole += function;
    }
    if whole > COMPONENT_MAX {
        return Err(format!(
            "it would take too long to compile: its functions have too many loops for their variables ({whole} where \
             {COMPONENT_MAX} are allowed)"
        ));
    }
    Ok(())
}

/// For each loop the variables that may change in it, once more for each loop around it; and the targets of branches.
fn of_function(body: &FunctionBody<'_>) -> wasmparser::Result<u64> {
    let mut variables: u64 = 1;
    for locals in body.get_locals_reader()? {
        variables += u64::from(locals?.0);
    }
    let (mut loops, mut targets): (u64, u64) = (0, 0);
    // For each construct that is open, whether it is a loop.
    let mut open = Vec::new();
    let mut depth: u64 = 0;
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Loop { .. } => {
                depth += 1;
                loops += depth;
                open.push(true);
            }
            Operator::Block { .. } | Operator::If { .. } | Operator::TryTable { .. } => open.push(false),
            Operator::End => depth -= u64::from(open.pop() == Some(true)),
            Operator::BrTable { targets: table } => targets += u64::from(table.len()),
            _ => {}
        }
    }
    Ok(variables.saturating_mul(loops).saturating_add(targets.saturating_mul(TARGET)))
}
