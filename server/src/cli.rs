//! The command line. Everything that isn't said here comes from the environment (see [`crate::config`]).

use crate::config::parse_addr;
use crate::parts::Part;
use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;

/// Dulle (둘레): date courses that two people walk together.
#[derive(Debug, Parser)]
#[command(
    name = "dulle",
    version,
    about,
    after_help = "Configuration comes from the environment: DULLE_ADDR, DATABASE_URL and others, see the README."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages, REST and live streams until told to end
    Serve {
        /// Where to listen, instead of `DULLE_ADDR`
        #[arg(long, value_name = "ADDRESS", value_parser = address)]
        addr: Option<SocketAddr>,
        /// Run only these parts, with commas between; where the others live say `DULLE_COURSE_URL` and the like
        #[arg(long, value_name = "PART", value_enum, value_delimiter = ',')]
        only: Vec<Part>,
        /// Leave the database's schema as it is: `dulle migrate` has run
        #[arg(long)]
        no_migrate: bool,
    },
    /// Bring the database to the schema of this program
    Migrate,
    /// Load the demo courses; again, nothing doubles
    Demo,
    /// Compare every count of the read model with the rows it counts; exit 1 if any differs
    Audit,
    /// Print the OpenAPI 3.1 document
    Openapi,
    /// Build something derived anew from the log, while it is served
    Rebuild {
        /// What to build
        what: ReadModel,
    },
}

/// What can be built anew from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReadModel {
    /// What pages show of published courses
    Viewpage,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    parse_addr(text).ok_or("not an address to listen on, such as 127.0.0.1:3000")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn commands_of_the_contract() {
        for line in [
            "serve",
            "serve --addr 127.0.0.1:0 --no-migrate",
            "serve --only web",
            "serve --only review,course --only viewpage",
            "migrate",
            "demo",
            "audit",
            "openapi",
            "rebuild viewpage",
        ] {
            let words = std::iter::once("dulle").chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
        assert!(Cli::try_parse_from(["dulle", "serve", "--addr", "3000"]).is_err());
        assert!(Cli::try_parse_from(["dulle", "serve", "--only", "reviews"]).is_err());
    }
}
