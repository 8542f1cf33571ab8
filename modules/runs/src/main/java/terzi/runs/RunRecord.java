package terzi.runs;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.report.Report;
import terzi.files.RunFile;
import terzi.files.WholeFile;
import tools.jackson.core.JacksonException;

/**
 * What a run knows and its other files do not say; {@code run.json} keeps it, so that a report can be written again at any
 * time, and runs can be compared.
 *
 * @param title of the report
 * @param part what the figures were measured on
 * @param images digest of the images and labels that they were measured on, see {@link DataParts#digest}
 * @param classifier digest of the classifier file that was measured
 * @param conclusions what the figures say, by what it is about
 * @param keptEpoch 0 where there were no epochs; older records call it the best one
 * @param plainFrom the first epoch that learned from images as they are; 0 for none
 * @param splits images of each class in each part
 * @param temperature what logits were divided by for these figures; 1 for nothing
 * @param fitted what the temperature did where it was fitted, or null
 * @param learned what the training changed, or null where that is not known, as in older records
 * @param provenance how to reproduce it
 * @param checks what was found out about single images
 */
record RunRecord(
        int schema,
        String title,
        String part,
        @JsonAlias("pictures") String images,
        String classifier,
        Map<String, String> conclusions,
        @JsonAlias("best_epoch") int keptEpoch,
        int plainFrom,
        List<Report.Split> splits,
        float temperature,
        Report.@Nullable Fitted fitted,
        Report.@Nullable Learned learned,
        Map<String, String> provenance,
        RunChecks checks) {
    static final String FILE_NAME = RunFile.RECORD.fileName();
    static final int SCHEMA = 1;

    RunRecord {
        conclusions = Topics.byKey(conclusions); // older records have words
        splits = List.copyOf(splits);
        provenance = Topics.byKey(provenance);
        checks = Objects.requireNonNullElse(checks, RunChecks.NONE); // older records have none
    }

    RunRecord withChecks(RunChecks chosen) {
        return new RunRecord(
                schema,
                title,
                part,
                images,
                classifier,
                conclusions,
                keptEpoch,
                plainFrom,
                splits,
                temperature,
                fitted,
                learned,
                provenance,
                chosen);
    }

    /** @throws IOException where there is one that cannot be read */
    static Optional<RunRecord> in(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            RunRecord record = RunJson.read(Files.readString(file), RunRecord.class);
            if (record.schema() != SCHEMA) {
                throw new IOException(file + ": expected schema " + SCHEMA + ", found " + record.schema()
                        + "; it was written by another version of Terzi");
            }
            return Optional.of(record);
        } catch (JacksonException e) {
            throw new IOException(
                    file + ": is not a record of a run: " + RunJson.reason(e, "JSON")
                            + "; delete it to have the run measured again",
                    e);
        }
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        WholeFile.text(folder.resolve(FILE_NAME), out -> out.write(RunJson.text(this) + "\n"));
    }
}
