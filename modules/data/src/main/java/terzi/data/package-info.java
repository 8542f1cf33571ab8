/**
 * Datasets: labelled images in a fixed order, opened from folders, lists and IDX files, divided without leaks.
 *
 * <p>The path of a dataset is {@link terzi.data.Datasets} → {@link terzi.data.DatasetSplits} →
 * {@link terzi.data.PackedImages}.
 *
 * <pre>{@code
 * DatasetSplits shoes = Datasets.open("photos/shoes", DatasetOptions.defaults().withSeed(7));
 * shoes.report().lines().forEach(System.out::println); // unreadable images, folders left out
 * PackedImages train = PackedImages.of(shoes.train(), Preprocessing.plain(64, 64, Channels.RGB)); // [N, 64, 64, 3]
 * }</pre>
 *
 * <p>{@link terzi.data.NearDuplicates} finds copies, {@link terzi.data.Families} images of one origin, and
 * {@link terzi.data.Splits} keeps them together;
 * {@link terzi.data.augment} changes training images at random.
 */
@NullMarked
package terzi.data;

import org.jspecify.annotations.NullMarked;
