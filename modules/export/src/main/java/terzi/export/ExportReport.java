package terzi.export;

import java.nio.file.Path;

/**
 * How well a classifier file repeats the training engine's answers.
 *
 * @param file the file
 * @param bytes its size
 * @param digest the SHA-256 it carries, see {@link terzi.inference.ClassifierDigest}
 * @param goldens how many images were compared
 * @param maxDifference the largest |difference| of a logit
 * @param relativeDifference the same, divided by the largest |logit|, or by 1 where all are smaller
 */
public record ExportReport(
        Path file, long bytes, String digest, int goldens, double maxDifference, double relativeDifference) {}
