package terzi.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneListener;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;

/** Opens a backbone for a command and says on stderr what that takes. */
final class BackboneSource {
    private BackboneSource() {}

    static Backbone open(Console console, String name, boolean offline) throws IOException {
        try (Steps steps = new Steps(console)) {
            return Backbones.open(
                    name,
                    BackboneOptions.defaults()
                            .withNetwork(
                                    offline ? BackboneOptions.Network.OFFLINE : BackboneOptions.Network.WHEN_MISSING)
                            .withListener(steps));
        }
    }

    private static final class Steps implements BackboneListener, AutoCloseable {
        private final Console console;
        private @Nullable ProgressLine bar;

        Steps(Console console) {
            this.console = console;
        }

        @Override
        public void step(String what) {
            close();
            console.progress(what);
        }

        @Override
        public void download(String file, long bytes, long total) {
            if (bar == null) {
                bar = ProgressLine.start(console, "fetching " + file, total, "bytes");
            }
            bar.to(bytes);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}
