package terzi.cli.command;

import picocli.CommandLine.Command;

/** {@code terzi data}. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        subcommands = {AmazonCommand.class, DataCheckCommand.class},
        description = "Builds and checks folders of images to learn from.",
        synopsisHeading = "Usage: ",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  terzi data check photos/",
            "  terzi data amazon --categories All_Beauty,Digital_Music --per-class 200 --output products"
        })
final class DataCommand extends CommandGroup {}
