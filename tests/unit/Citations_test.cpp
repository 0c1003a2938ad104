#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QDirIterator>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

// Comments cite sections of docs/design.md and docs/dynamic-protocol.md, and documents link to one another:
// whoever follows a citation must find something there.

using namespace Qt::StringLiterals;

namespace {

QString contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// "5", "7.5": the numbers of the document's headings.
QSet<QString> sectionsOf(const QString& document)
{
    static const QRegularExpression heading(u"^#{2,4} (\\d+(?:\\.\\d+)?)\\.? "_s,
                                            QRegularExpression::MultilineOption);
    QSet<QString> sections;
    for (auto match = heading.globalMatch(document); match.hasNext();) {
        sections.insert(match.next().captured(1));
    }
    return sections;
}

/// The sections of a document that a text cites, as "§7.5", "section 7.5" or "sections 5 and 7".
QStringList citedIn(const QString& text, const QString& document)
{
    const QRegularExpression citation(
        document + u",?[\\s/*#]+(?:§|sections? )(\\d+(?:\\.\\d+)?)(?: and (?:§)?(\\d+(?:\\.\\d+)?))?"_s,
        QRegularExpression::CaseInsensitiveOption);
    QStringList cited;
    for (auto match = citation.globalMatch(text); match.hasNext();) {
        const auto found = match.next();
        cited << found.captured(1);
        if (!found.captured(2).isEmpty()) {
            cited << found.captured(2);
        }
    }
    return cited;
}

QStringList filesOf(const QStringList& folders, const QStringList& names)
{
    QStringList files;
    for (const QString& folder : folders) {
        QDirIterator all(countersign::sourcePath(folder.toUtf8().constData()), names, QDir::Files,
                         QDirIterator::Subdirectories);
        while (all.hasNext()) {
            const QString file = all.next();
            if (!file.contains(u"/node_modules/"_s)) {
                files << file;
            }
        }
    }
    return files;
}

}  // namespace

class CitationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void citationsAreFound()
    {
        const QString text =
            u"// design.md §5 and Protocol reference, §7.5; (design.md sections 5 and 7)\n// protocol reference\n/// §1.1"_s;
        QCOMPARE(citedIn(text, u"design\\.md"_s), (QStringList{u"5"_s, u"5"_s, u"7"_s}));
        QCOMPARE(citedIn(text, u"protocol reference"_s), (QStringList{u"7.5"_s, u"1.1"_s}));
        QCOMPARE(sectionsOf(u"# 9. T\n## 5. A\n### 7.5 B\ntext 3. no\n"_s),
                 (QSet<QString>{u"5"_s, u"7.5"_s}));
    }

    void everyCitationHasItsSection_data()
    {
        QTest::addColumn<QString>("cited");
        QTest::addColumn<QString>("document");
        QTest::newRow("design") << u"design\\.md"_s << u"docs/design.md"_s;
        QTest::newRow("protocol") << u"protocol reference"_s << u"docs/dynamic-protocol.md"_s;
    }
    void everyCitationHasItsSection()
    {
        QFETCH(const QString, cited);
        QFETCH(const QString, document);
        const QSet<QString> sections =
            sectionsOf(contentOf(countersign::sourcePath(document.toUtf8().constData())));
        QVERIFY(!sections.isEmpty());
        int citations = 0;
        for (const QString& file :
             filesOf({u"app"_s, u"core"_s, u"services"_s, u"ui"_s, u"tests"_s, u"tools"_s},
                     {u"*.h"_s, u"*.cpp"_s, u"*.mjs"_s, u"*.sh"_s, u"*.md"_s})) {
            if (file.endsWith(u"/Citations_test.cpp"_s)) {
                continue;
            }
            for (const QString& section : citedIn(contentOf(file), cited)) {
                ++citations;
                QVERIFY2(sections.contains(section),
                         qPrintable(file + u" cites "_s + document + u" §"_s + section));
            }
        }
        QVERIFY(citations > 20);
    }

    void everyLinkOfADocumentLeadsSomewhere()
    {
        static const QRegularExpression link(u"\\]\\(([^)#:\\s]+)(?:#[^)]*)?\\)"_s);
        QStringList documents = filesOf({u"docs"_s}, {u"*.md"_s});
        for (const char* name : {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"}) {
            documents << countersign::sourcePath(name);
        }
        int links = 0;
        for (const QString& document : documents) {
            for (auto match = link.globalMatch(contentOf(document)); match.hasNext();) {
                const QString target = match.next().captured(1);
                ++links;
                QVERIFY2(QFile::exists(QFileInfo(document).dir().filePath(target)),
                         qPrintable(document + u" links to "_s + target));
            }
        }
        QVERIFY(links > 20);
    }
};

COUNTERSIGN_GUILESS_TEST(CitationsTest)
#include "Citations_test.moc"
