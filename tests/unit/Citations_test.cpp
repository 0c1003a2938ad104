#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QDirIterator>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

// Comments cite sections of docs/design.md and docs/dynamic-protocol.md, documents link to one another and
// name files and folders: whoever follows a citation must find something there.

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

/// The documents that tell what is there now; CHANGELOG.md tells what was.
QStringList documents()
{
    QStringList found = filesOf({u"docs"_s}, {u"*.md"_s});
    for (const char* name : {"README.md", "CONTRIBUTING.md", "SECURITY.md"}) {
        found << countersign::sourcePath(name);
    }
    return found;
}

/// Files and folders that a text names from the root of the repository. Names with NAME, * or … in them stand
/// for many and are left out.
QStringList pathsIn(const QString& text)
{
    static const QRegularExpression path(
        u"(?<![\\w./<>*-])(?:app|cmake|core|docs|installer|resources|services|tests|tools|ui)/[\\w./*…-]*"_s,
        QRegularExpression::UseUnicodePropertiesOption);
    static const QRegularExpression open(u"NAME|[*…]"_s);
    QStringList paths;
    for (auto match = path.globalMatch(text); match.hasNext();) {
        QString found = match.next().captured();
        while (found.endsWith(u'.') || found.endsWith(u'/')) {
            found.chop(1);
        }
        if (!found.contains(open)) {
            paths << found;
        }
    }
    return paths;
}

/// Headers and sources that a text names, with their folders, some of them or none.
QStringList sourceNamesIn(const QString& text)
{
    static const QRegularExpression name(u"(?<=[`\\s(])[\\w./-]*\\w\\.(?:h|cpp)(?=[`\\s,;:)]|\\.\\s)"_s);
    QStringList names;
    for (auto match = name.globalMatch(text); match.hasNext();) {
        const QString found = match.next().captured();
        if (!found.contains(u"NAME"_s)) {
            names << found;
        }
    }
    return names;
}

/// The folders of our own code that hold files of it, "core/base/encoding".
QStringList rooms()
{
    const QDir root(countersign::sourcePath(""));
    QSet<QString> found;
    for (const QString& file : filesOf({u"app/cli"_s, u"core"_s, u"services"_s, u"ui"_s}, {u"*.h"_s})) {
        found.insert(QFileInfo(root.relativeFilePath(file)).path());
    }
    return {found.begin(), found.end()};
}

/// Whether a table's row is about this folder, or about one above and names the rest, as `encoding/`.
bool isToldOf(const QString& room, const QStringList& rows)
{
    return std::any_of(rows.begin(), rows.end(), [&](const QString& row) {
        const QString subject = row.section(u'|', 1, 1);
        for (QString above = room; !above.isEmpty(); above = above.left(qMax(0, above.lastIndexOf(u'/')))) {
            const QString rest = room.mid(above.size() + 1);
            if (subject.contains(u'`' + above + u'`') &&
                (rest.isEmpty() || row.contains(u'`' + rest + u"/`"_s))) {
                return true;
            }
        }
        return false;
    });
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
        int links = 0;
        QStringList linking = documents();
        linking << countersign::sourcePath("CHANGELOG.md");
        for (const QString& document : linking) {
            for (auto match = link.globalMatch(contentOf(document)); match.hasNext();) {
                const QString target = match.next().captured(1);
                ++links;
                QVERIFY2(QFile::exists(QFileInfo(document).dir().filePath(target)),
                         qPrintable(document + u" links to "_s + target));
            }
        }
        QVERIFY(links > 20);
    }

    void pathsAreFound()
    {
        const QString text =
            u"`core/base/Hex.h` and ui/widgets/, [t](docs/a.md#b). `tests/fuzz/fuzz_NAME.cpp`, "
            u"`ui/*Group.cpp`, "
            u"`core/dynamic/Http…Api.cpp`, build/core/x, `<id>/docs/x`, `https://a.b/docs/c`; `tools/a-b.sh`."_s;
        QCOMPARE(pathsIn(text),
                 (QStringList{u"core/base/Hex.h"_s, u"ui/widgets"_s, u"docs/a.md"_s, u"tools/a-b.sh"_s}));
        QCOMPARE(
            sourceNamesIn(
                u"`Hex.h`, (`store/A.cpp`: x) `*Answers.h` a.hpp `B.h`. `.cpp` `vi x/f.cpp y` `fuzz_NAME.cpp`"_s),
            (QStringList{u"Hex.h"_s, u"store/A.cpp"_s, u"B.h"_s, u"x/f.cpp"_s}));
        const QStringList rows = {u"| `core/a`, `core/b` | `x/` and `y/z/` |"_s};
        QVERIFY(isToldOf(u"core/b"_s, rows) && isToldOf(u"core/a/x"_s, rows) &&
                isToldOf(u"core/a/y/z"_s, rows));
        QVERIFY(!isToldOf(u"core"_s, rows) && !isToldOf(u"core/c"_s, rows) && !isToldOf(u"core/a/y"_s, rows));
    }

    void everyPathOfADocumentIsThere()
    {
        const QDir root(countersign::sourcePath(""));
        int paths = 0;
        for (const QString& document : documents()) {
            for (const QString& path : pathsIn(contentOf(document))) {
                ++paths;
                QVERIFY2(root.exists(path), qPrintable(document + u" names "_s + path));
            }
        }
        QVERIFY(paths > 50);
    }

    void everySourceFileOfADocumentIsThere()
    {
        const QStringList files =
            filesOf({u"app"_s, u"core"_s, u"services"_s, u"tests"_s, u"ui"_s}, {u"*.h"_s, u"*.cpp"_s});
        int names = 0;
        for (const QString& document : documents()) {
            for (const QString& name : sourceNamesIn(contentOf(document))) {
                ++names;
                QVERIFY2(std::any_of(files.begin(), files.end(),
                                     [&](const QString& file) { return file.endsWith(u'/' + name); }),
                         qPrintable(document + u" names "_s + name));
            }
        }
        QVERIFY(names > 50);
    }

    void theTourTellsOfEveryRoom()
    {
        QStringList rows = contentOf(countersign::sourcePath("docs/architecture.md")).split(u'\n');
        rows.removeIf([](const QString& line) { return !line.startsWith(u"| `"_s); });
        const QStringList all = rooms();
        QVERIFY(all.size() > 50);
        for (const QString& room : all) {
            QVERIFY2(isToldOf(room, rows), qPrintable(u"docs/architecture.md has no row about "_s + room));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(CitationsTest)
#include "Citations_test.moc"
