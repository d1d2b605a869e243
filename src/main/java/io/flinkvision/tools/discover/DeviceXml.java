package io.flinkvision.tools.discover;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * An element of XML that a device sent. Anybody on the network can be that device: a document type, and with it every
 * entity, is refused, nothing outside of the text is read, and depth and numbers of elements are bounded. Elements are
 * found by their local names, because devices disagree about namespaces.
 */
final class DeviceXml {

    private static final int MAX_DEPTH = 40;
    private static final int MAX_ATTRIBUTES = 100;
    private static final String LIMITS = "http://www.oracle.com/xml/jaxp/properties/";

    private final Element element;

    private DeviceXml(Element element) {
        this.element = element;
    }

    /**
     * The root element.
     *
     * @throws IOException if the bytes are no XML, or XML with a document type, or too deep
     */
    static DeviceXml parse(byte[] xml) throws IOException {
        try {
            DocumentBuilder parser = factory().newDocumentBuilder();
            parser.setErrorHandler(new Strict());
            return new DeviceXml(parser.parse(new ByteArrayInputStream(xml)).getDocumentElement());
        } catch (SAXException e) {
            throw new IOException("its answer is no XML, or XML that is not read: " + e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("Every Java has an XML parser", e);
        }
    }

    private static DocumentBuilderFactory factory() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setNamespaceAware(true);
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setAttribute(LIMITS + "maxElementDepth", Integer.toString(MAX_DEPTH));
        factory.setAttribute(LIMITS + "elementAttributeLimit", Integer.toString(MAX_ATTRIBUTES));
        return factory;
    }

    /** Throws instead of printing to standard error. */
    private static final class Strict implements ErrorHandler {

        @Override
        public void warning(SAXParseException e) {
            // Whatever is readable is read.
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }

    /** All elements of this name below this one, at any depth, in the order of the document. */
    List<DeviceXml> all(String name) {
        return elements(element.getElementsByTagNameNS("*", name));
    }

    /** The first element of this name below this one, at any depth. */
    Optional<DeviceXml> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The first element of this name directly below this one. */
    Optional<DeviceXml> child(String name) {
        return elements(element.getChildNodes()).stream()
                .filter(child -> name.equals(child.element.getLocalName()))
                .findFirst();
    }

    private static List<DeviceXml> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(node -> new DeviceXml((Element) node))
                .toList();
    }

    /** The text of the first element of this name below this one; empty if there is none. */
    String text(String name) {
        return first(name).map(DeviceXml::text).orElse("");
    }

    String text() {
        return element.getTextContent().strip();
    }

    /** The attribute's value; empty if there is none. */
    String attribute(String name) {
        return element.getAttribute(name);
    }
}
