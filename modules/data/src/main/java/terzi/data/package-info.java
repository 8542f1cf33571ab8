/**
 * Datasets: labelled images in a fixed order, opened from folders, lists and IDX files, divided without leaks.
 *
 * <p>The path of a dataset is {@link terzi.data.Datasets} → {@link terzi.data.DatasetSplits} →
 * {@link terzi.data.PackedImages}.
 */
@NullMarked
package terzi.data;

import org.jspecify.annotations.NullMarked;
