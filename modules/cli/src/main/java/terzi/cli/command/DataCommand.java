package terzi.cli.command;

import picocli.CommandLine.Command;

/** {@code terzi data}. */
@Command(
        name = "data",
        subcommands = {AmazonCommand.class, DataCheckCommand.class},
        description = "Builds and checks folders of images to learn from.",
        footer = {
            "  terzi data check photos/",
            "  terzi data amazon --categories All_Beauty,Digital_Music --per-class 200 --output products"
        })
final class DataCommand extends CommandGroup {}
