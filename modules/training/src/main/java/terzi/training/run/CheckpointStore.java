package terzi.training.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import terzi.onnx.Model;

/** Where a run leaves its networks and its history: in a folder, to be resumed, or in memory. */
sealed interface CheckpointStore {
    /** Keeps what the run would hand over if it ended now. */
    void keep(Model network, Supplier<Checkpoint.Progress> progress) throws IOException;

    /** Keeps what is needed to go on. */
    void last(Learner learner, Supplier<Checkpoint.Progress> progress) throws IOException;

    void append(Epoch epoch) throws IOException;

    /** What {@link #keep} kept last. */
    Optional<Model> kept() throws IOException;

    /** Where the last checkpoint is, for messages. */
    String place();

    /** {@code last/}, {@code kept/} and {@code training_history.csv} in a run folder. */
    record InFolder(Path folder, History history) implements CheckpointStore {
        static InFolder begin(Path folder, List<Epoch> before) throws IOException {
            return new InFolder(folder, History.begin(folder, before));
        }

        @Override
        public void keep(Model network, Supplier<Checkpoint.Progress> progress) throws IOException {
            new Checkpoint(network, progress.get(), null).write(folder, Checkpoint.KEPT);
        }

        @Override
        public void last(Learner learner, Supplier<Checkpoint.Progress> progress) throws IOException {
            new Checkpoint(learner.network(), progress.get(), learner.state()).write(folder, Checkpoint.LAST);
        }

        @Override
        public void append(Epoch epoch) throws IOException {
            history.append(epoch);
        }

        @Override
        public Optional<Model> kept() throws IOException {
            return Optional.of(Checkpoint.read(folder, Checkpoint.KEPT).network());
        }

        @Override
        public String place() {
            return "is in " + folder.resolve(Checkpoint.LAST);
        }
    }

    /** The network to hand over only. */
    final class InMemory implements CheckpointStore {
        private @Nullable Model network;

        @Override
        public void keep(Model newNetwork, Supplier<Checkpoint.Progress> progress) {
            this.network = newNetwork;
        }

        @Override
        public void last(Learner learner, Supplier<Checkpoint.Progress> progress) {}

        @Override
        public void append(Epoch epoch) {}

        @Override
        public Optional<Model> kept() {
            return Optional.ofNullable(network);
        }

        @Override
        public String place() {
            return "is not kept";
        }
    }
}
