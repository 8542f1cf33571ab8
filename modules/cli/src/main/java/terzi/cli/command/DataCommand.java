package terzi.cli.command;

import picocli.CommandLine.Command;

/** {@code terzi data}. */
@Command(
        name = "data",
        subcommands = {AmazonCommand.class, DataCheckCommand.class},
        description = "Build and check image datasets.",
        footer = {
            "  terzi data check photos/",
            "  terzi data amazon --categories All_Beauty,Digital_Music --per-class 200 --output products"
        })
final class DataCommand extends CommandGroup {}
