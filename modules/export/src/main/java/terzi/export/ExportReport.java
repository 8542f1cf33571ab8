package terzi.export;

import java.nio.file.Path;

/**
 * The agreement of a classifier file with the training engine's answers.
 *
 * @param file classifier file
 * @param bytes size of the file
 * @param digest SHA-256 that it carries, see {@link terzi.inference.ClassifierDigest}
 * @param goldens number of images that were compared
 * @param maxDifference largest |difference| of a logit
 * @param relativeDifference the same, divided by the largest |logit|, or by 1 where all are smaller
 */
public record ExportReport(
        Path file, long bytes, String digest, int goldens, double maxDifference, double relativeDifference) {}
