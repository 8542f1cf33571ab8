/** The commands: what they take, and what they answer. */
@NullMarked
package terzi.cli.command;

import org.jspecify.annotations.NullMarked;
