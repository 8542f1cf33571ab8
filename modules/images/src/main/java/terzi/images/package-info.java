/**
 * Images: decode safely, orient, resize and prepare them for a network.
 *
 * <p>The path of an image is {@link terzi.images.ImageDecoder} → {@link terzi.images.Image} →
 * {@link terzi.images.Preprocessing}.
 *
 * <pre>{@code
 * Image image = ImageDecoder.read(Path.of("shoe.jpg")); // upright, RGB or gray uint8
 * Image thumbnail = Resize.resize(image, 160, 120);
 * float[] input = Preprocessing.imagenet(256, 224).tensor(image); // [3, 224, 224]
 * }</pre>
 *
 * <p>{@link terzi.images.HubConfig} reads the preprocessing of Hugging Face folders.
 */
@NullMarked
package terzi.images;

import org.jspecify.annotations.NullMarked;
