package terzi.evaluation.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import terzi.evaluation.Predictions;
import terzi.images.Image;

/** Images with their answers as cards of the page: each with its file's name, which leads to the file. */
final class ImageCards {
    private final Html html;
    private final Predictions predictions;
    private final ImageSource source;
    private final Path folder;

    /** @param folder of the page, which links are relative to */
    ImageCards(Html html, Report report, Path folder) {
        this.html = html;
        this.predictions = report.evaluation().predictions();
        this.source = report.images();
        this.folder = folder;
    }

    /** Those of the rows whose image can be had. */
    List<SampleSheet.Shown> shown(List<Integer> rows) {
        List<SampleSheet.Shown> shown = new ArrayList<>();
        for (int row : rows) {
            source.image(row).ifPresent(image -> shown.add(new SampleSheet.Shown(row, image)));
        }
        return shown;
    }

    /** Whether at least one of these has a file to open. */
    boolean haveFiles(List<SampleSheet.Shown> shown) {
        return shown.stream().anyMatch(one -> source.file(one.row()).isPresent());
    }

    /** Cards beside and below each other; with heat maps where the source has them. */
    void sheet(List<SampleSheet.Shown> shown, List<Optional<Image>> overlays) throws IOException {
        boolean heat = overlays.stream().anyMatch(Optional::isPresent);
        html.raw("<div class=\"shots" + (heat ? " heat" : "") + "\">\n");
        for (int i = 0; i < shown.size(); i++) {
            card(shown.get(i), i < overlays.size() ? overlays.get(i) : Optional.empty());
        }
        html.raw("</div>\n");
    }

    List<Optional<Image>> overlays(List<SampleSheet.Shown> shown) {
        return shown.stream().map(one -> source.overlay(one.row())).toList();
    }

    private void card(SampleSheet.Shown one, Optional<Image> overlay) throws IOException {
        int row = one.row();
        boolean right = predictions.correct(row);
        String answer = predictions.labels().get(predictions.predicted(row));
        html.raw("<figure class=\"shot" + (right ? "" : " wrong") + "\"><div class=\"pics\">");
        image(row, one.image(), (right ? "rightly" : "wrongly") + " classified as " + answer);
        if (overlay.isPresent()) {
            image(row, overlay.get(), "heat map for " + answer);
        }
        html.raw("</div><figcaption>");
        name("b", right ? "✓ " : "✗ ", answer);
        html.raw(" <span class=\"sure\">" + sure(row) + "</span>");
        if (!right) {
            name("small", "is ", predictions.labels().get(predictions.truth(row)));
        }
        fileName(row);
        html.raw("</figcaption></figure>\n");
    }

    /** Cards under a heading that names the classes already. */
    void pair(List<SampleSheet.Shown> shown, String words) throws IOException {
        html.raw("<div class=\"shots\">");
        for (SampleSheet.Shown one : shown) {
            html.raw("<figure class=\"shot wrong\"><div class=\"pics\">");
            image(one.row(), one.image(), words);
            html.raw("</div><figcaption><b>✗</b> <span class=\"sure\">" + sure(one.row()) + "</span>");
            fileName(one.row());
            html.raw("</figcaption></figure>");
        }
        html.raw("</div>");
    }

    /** A class name: whole, unless it is longer than any card; then the tooltip and the table of classes have all of it. */
    private void name(String element, String before, String name) {
        html.put("<" + element + " class=\"clip\" title=\"%s\">", name);
        html.raw(before + Html.breakable(name) + "</" + element + ">");
    }

    private void image(int row, Image image, String words) throws IOException {
        Optional<String> link = link(row);
        link.ifPresent(address -> html.put("<a href=\"%s\">", address));
        html.put("<img" + (Thumbnail.isTiny(image) ? " class=\"tiny\"" : "") + " alt=\"%s\" src=\"", words);
        html.raw(Thumbnail.address(image)).raw("\">");
        html.raw(link.isPresent() ? "</a>" : "");
    }

    private void fileName(int row) {
        String id = predictions.id(row);
        String last = id.substring(Math.max(id.lastIndexOf('/'), id.lastIndexOf('\\')) + 1);
        String shown = Html.breakable(last.isEmpty() ? id : last);
        Optional<String> link = link(row);
        if (link.isPresent()) {
            html.put("<a class=\"file\" title=\"%s\" href=\"%s\">", id, link.get())
                    .raw(shown + "</a>");
        } else {
            html.put("<span class=\"file\" title=\"%s\">", id).raw(shown + "</span>");
        }
    }

    private Optional<String> link(int row) {
        return source.file(row).map(file -> FileLink.of(folder, file));
    }

    private String sure(int row) {
        return String.format(Locale.ROOT, "%.0f\u00a0%%", predictions.confidence(row) * 100);
    }
}
