@NullMarked
package terzi.onnx;

import org.jspecify.annotations.NullMarked;
