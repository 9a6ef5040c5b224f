//! Turns `locales/{ko,en}.json` into the module that `app::text` includes. A key that one language has and the other lacks ends
//! the build here; one that a page uses and no language has doesn't compile.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-env-changed=DULLE_TEXTS");
    #[cfg(feature = "ssr")]
    texts::generate()?;
    Ok(())
}

#[cfg(feature = "ssr")]
mod texts {
    use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
    use leptos_i18n_parser::parse_locales::parse_locales;
    use std::error::Error;
    use std::path::PathBuf;

    pub fn generate() -> Result<(), Box<dyn Error>> {
        let options = ParseOptions::new().interpolate_display(true);
        let config = Config::new("ko").and_then(|config| config.add_locale("en")).map_err(|error| error.to_string())?;
        // scripts/pseudo builds with other texts: those in the folder `locales` of the folder that this names
        let elsewhere = std::env::var_os("DULLE_TEXTS").map(PathBuf::from);
        let parsed = parse_locales(elsewhere, config.parse_options(options)).map_err(|error| error.to_string())?;
        let (errors, warnings) = parsed.diag.borrow();
        let complaints: Vec<String> = errors.iter().map(ToString::to_string).chain(warnings.iter().map(ToString::to_string)).collect();
        if !complaints.is_empty() {
            return Err(complaints.join("\n").into());
        }
        let code = leptos_i18n_codegen::gen_code(&parsed, None, false, None, false).map_err(|error| error.to_string())?;
        let folder = PathBuf::from(std::env::var("OUT_DIR")?);
        std::fs::write(folder.join("texts.rs"), code.to_string())?;
        Ok(())
    }
}
