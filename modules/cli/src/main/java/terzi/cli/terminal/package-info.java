/** Where commands talk: streams, colours, progress, help, and messages about what went wrong. */
@NullMarked
package terzi.cli.terminal;

import org.jspecify.annotations.NullMarked;
