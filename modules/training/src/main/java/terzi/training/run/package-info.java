/** Training runs in libtorch: jobs, progress, checkpoints and results. */
@NullMarked
package terzi.training.run;

import org.jspecify.annotations.NullMarked;
