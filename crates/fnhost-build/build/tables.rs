//! Moves the engine's function table to where wasmtime fills it lazily.
//!
//! The linked engine is several core modules around one function table, which
//! module `main` defines and the others import. wasmtime fills an *imported*
//! table entry by entry when it instantiates, and the JavaScript runtime has
//! over 700 entries: nearly half of the time of a fresh instance. A table that
//! a module defines itself, with constant offsets, is filled on demand.
//!
//! So the runtime module gets a table of its own, as large as `main`'s and with
//! the same entries at the same places, and `wit-dylib`, which calls through
//! the table and adds to it, gets that one instead of `main`'s. `main` and the
//! fix-up module keep the old table for the one entry that they set in it,
//! which the runtime module now sets in its own.

use anyhow::{Context, Result, anyhow, ensure};
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils, utils};
use wasm_encoder::{Alias, ComponentAliasSection, ConstExpr, Elements, ExportKind, RefType, TableSection, TableType};
use wasmparser::{ComponentAlias, ExternalKind, Operator, Parser, Payload, TypeRef};

const TABLE: &str = "__indirect_function_table";
const RUNTIME: &str = "componentize_qjs_runtime.wasm";

/// Rewrites the linked component. Fails where it is not put together as the
/// linker of `wit-component` 0.258 does it: better no build than a slow or a
/// wrong engine.
pub(crate) fn give_runtime_its_table(component: &[u8]) -> Result<Vec<u8>> {
    let mut pass =
        Pass { layout: Layout::of(component)?, modules: 0, instances: 0, in_runtime: false, edits: Edits::default() };
    let mut out = wasm_encoder::Component::new();
    pass.parse_component(&mut out, Parser::new(0), component).map_err(|error| anyhow!("{error}"))?;
    let expected = Edits { import: 1, export: 1, element: 1, alias_removed: 1, alias_added: 1, runtime_env: 1 };
    ensure!(pass.edits == expected, "the linked engine has another shape than expected: {:?}", pass.edits);
    Ok(out.finish())
}

/// What the modules of the linked component say about the table.
struct Layout {
    /// Entries that `main`'s table has.
    table_size: u64,
    /// Where the runtime's own entries begin.
    table_base: i32,
    /// The entry that holds the runtime's `cabi_realloc`, and that function's index there.
    realloc_entry: i32,
    realloc_function: u32,
    /// The core module that is the runtime.
    runtime_module: u32,
}

impl Layout {
    fn of(component: &[u8]) -> Result<Layout> {
        let mut modules: Vec<Module> = Vec::new();
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                Payload::ModuleSection { .. } => modules.push(Module::default()),
                Payload::ImportSection(imports) => {
                    let module = modules.last_mut().context("an import outside of a module")?;
                    for import in imports.into_imports() {
                        let import = import?;
                        module.is_runtime |= import.module == "GOT.func";
                        module.imported_globals += u32::from(matches!(import.ty, TypeRef::Global(_)));
                    }
                }
                Payload::TableSection(tables) => {
                    let module = modules.last_mut().context("a table outside of a module")?;
                    module.table_size = tables.into_iter().next().transpose()?.map(|table| table.ty.initial);
                }
                Payload::GlobalSection(globals) => {
                    let module = modules.last_mut().context("a global outside of a module")?;
                    for global in globals {
                        module.globals.push(constant(&global?.init_expr)?);
                    }
                }
                Payload::ExportSection(exports) => {
                    let module = modules.last_mut().context("an export outside of a module")?;
                    for export in exports {
                        let export = export?;
                        module.exports.push((export.name.to_owned(), export.kind, export.index));
                    }
                }
                _ => {}
            }
        }
        let runtime_module = modules.iter().position(|module| module.is_runtime).context("no runtime module")?;
        let main = modules.first().context("no modules")?;
        Ok(Layout {
            table_size: main.table_size.context("`main` has no table")?,
            table_base: main.exported_constant(&format!("{RUNTIME}:table_base"))?,
            realloc_entry: main.exported_constant(&format!("{RUNTIME}:cabi_realloc"))?,
            realloc_function: modules[runtime_module].exported("cabi_realloc", ExternalKind::Func)?,
            runtime_module: u32::try_from(runtime_module)?,
        })
    }
}

#[derive(Default)]
struct Module {
    is_runtime: bool,
    imported_globals: u32,
    table_size: Option<u64>,
    globals: Vec<Option<i32>>,
    exports: Vec<(String, ExternalKind, u32)>,
}

impl Module {
    fn exported(&self, name: &str, kind: ExternalKind) -> Result<u32> {
        let found = self.exports.iter().find(|export| export.0 == name && export.1 == kind);
        Ok(found.with_context(|| format!("no export `{name}`"))?.2)
    }

    fn exported_constant(&self, name: &str) -> Result<i32> {
        let index = self.exported(name, ExternalKind::Global)? - self.imported_globals;
        self.globals.get(index as usize).copied().flatten().with_context(|| format!("`{name}` is not constant"))
    }
}

fn constant(expression: &wasmparser::ConstExpr<'_>) -> Result<Option<i32>> {
    Ok(match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Some(value),
        _ => None,
    })
}

/// How often each edit was made; each must be made once.
#[derive(Debug, Default, PartialEq)]
struct Edits {
    import: u32,
    export: u32,
    element: u32,
    alias_removed: u32,
    alias_added: u32,
    runtime_env: u32,
}

struct Pass {
    layout: Layout,
    /// Core modules and core instances seen so far.
    modules: u32,
    instances: u32,
    /// Whether the module at hand is the runtime.
    in_runtime: bool,
    edits: Edits,
}

type Outcome<T = ()> = std::result::Result<T, Error>;

impl Reencode for Pass {
    type Error = std::convert::Infallible;

    fn parse_imports(
        &mut self,
        section: &mut wasm_encoder::ImportSection,
        imports: wasmparser::Imports<'_>,
    ) -> Outcome {
        if let (true, wasmparser::Imports::Single(_, import)) = (self.in_runtime, &imports)
            && matches!(import.ty, TypeRef::Table(_))
        {
            self.edits.import += 1;
            return Ok(());
        }
        utils::parse_imports(self, section, imports)
    }

    fn intersperse_section_hook(
        &mut self,
        module: &mut wasm_encoder::Module,
        after: Option<wasm_encoder::SectionId>,
        _before: Option<wasm_encoder::SectionId>,
    ) -> Outcome {
        // The table section stands behind the function section.
        if self.in_runtime && after == Some(wasm_encoder::SectionId::Function) {
            let mut tables = TableSection::new();
            tables.table(TableType {
                element_type: RefType::FUNCREF,
                minimum: self.layout.table_size,
                maximum: None,
                table64: false,
                shared: false,
            });
            module.section(&tables);
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut wasm_encoder::ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Outcome {
        utils::parse_export_section(self, exports, section)?;
        if self.in_runtime {
            exports.export(TABLE, ExportKind::Table, 0);
            self.edits.export += 1;
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut wasm_encoder::ElementSection,
        section: wasmparser::ElementSectionReader<'_>,
    ) -> Outcome {
        if !self.in_runtime {
            return utils::parse_element_section(self, elements, section);
        }
        for element in section {
            let items = self.element_items(element?.items)?;
            elements.active(None, &ConstExpr::i32_const(self.layout.table_base), items);
            self.edits.element += 1;
        }
        let realloc = [self.layout.realloc_function];
        elements.active(
            None,
            &ConstExpr::i32_const(self.layout.realloc_entry),
            Elements::Functions((&realloc[..]).into()),
        );
        Ok(())
    }
}

impl ReencodeComponent for Pass {
    fn parse_component_submodule(
        &mut self,
        component: &mut wasm_encoder::Component,
        parser: Parser,
        module: &[u8],
    ) -> Outcome {
        self.in_runtime = self.modules == self.layout.runtime_module;
        self.modules += 1;
        let done = component_utils::parse_component_submodule(self, component, parser, module);
        self.in_runtime = false;
        done
    }

    fn parse_component_alias_section(
        &mut self,
        aliases: &mut ComponentAliasSection,
        section: wasmparser::ComponentAliasSectionReader<'_>,
    ) -> Outcome {
        for alias in section {
            let alias = alias?;
            if matches!(alias, ComponentAlias::CoreInstanceExport { kind: ExternalKind::Table, name: TABLE, .. }) {
                self.edits.alias_removed += 1;
                continue;
            }
            aliases.alias(self.component_alias(alias)?);
        }
        // The runtime's instance is the one that was made last when its table
        // was left out of its environment; its index keeps the number that
        // `main`'s table had, as no other table is named before.
        if self.edits.runtime_env == 2 {
            aliases.alias(Alias::CoreInstanceExport {
                instance: self.instances - 1,
                kind: ExportKind::Table,
                name: TABLE,
            });
            self.edits.alias_added += 1;
            self.edits.runtime_env = 1;
        }
        Ok(())
    }

    fn parse_instance(
        &mut self,
        instances: &mut wasm_encoder::InstanceSection,
        instance: wasmparser::Instance<'_>,
    ) -> Outcome {
        self.instances += 1;
        match instance {
            wasmparser::Instance::FromExports(exports) if self.edits.alias_added == 0 => {
                let kept: Vec<_> = exports.iter().filter(|export| export.kind != ExternalKind::Table).collect();
                instances.export_items(kept.into_iter().map(|export| (export.name, export.kind.into(), export.index)));
                Ok(())
            }
            wasmparser::Instance::Instantiate { module_index, .. } if module_index == self.layout.runtime_module => {
                self.edits.runtime_env = 2;
                component_utils::parse_instance(self, instances, instance)
            }
            _ => component_utils::parse_instance(self, instances, instance),
        }
    }
}
