/** Changes graphs: every rewrite takes a {@link terzi.onnx.Model} and returns another one; the one given stays as it is. */
@NullMarked
package terzi.onnx.rewrite;

import org.jspecify.annotations.NullMarked;
