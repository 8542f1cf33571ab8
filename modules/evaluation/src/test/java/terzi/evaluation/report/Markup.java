package terzi.evaluation.report;

import gg.jte.html.HtmlContent;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Writes parts of a page, and finds parts in it. */
final class Markup {
    private Markup() {}

    /** What templates write, without the line breaks, which stand between blocks only. */
    static String html(HtmlContent content) {
        return HtmlPage.html(content).replaceAll("\\n *", "");
    }

    /** The page as a document; but for the elements that HTML does not close, and names of characters, it is XML too. */
    static Document xml(String html) {
        String xml = html.replace("<!DOCTYPE html>\n", "")
                .replace("&nbsp;", "&#160;")
                .replaceAll("<(meta|img|br|wbr)((?:[^>\"]|\"[^\"]*\")*)>", "<$1$2/>");
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)));
        } catch (SAXException | ParserConfigurationException | IOException broken) {
            throw new AssertionError("not well-formed: " + broken.getMessage(), broken);
        }
    }

    /** What the first group of the pattern has at each place where the pattern fits. */
    static List<String> groups(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** How often a part stands in the text. */
    static int count(String part, String text) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
