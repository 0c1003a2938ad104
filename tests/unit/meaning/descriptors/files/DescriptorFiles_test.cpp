#include "core/meaning/descriptors/files/DescriptorFiles.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/descriptors/DescriptorFolder.h"

#include <QTest>

using namespace countersign;
using meaning::DescriptorFiles;

namespace {

const std::string baseFile = json(
    "{'display':{'formats':{'f(uint256 "
    "a)':{'intent':'Base','fields':[{'path':'a','label':'A','format':'raw'},"
    "{'path':'b','label':'B','format':'raw'}]}}}}");

Result<meaning::DescriptorDocument> documentOf(const DescriptorFolder& folder, const std::string& name)
{
    const auto files = DescriptorFiles::read(folder.path());
    for (std::size_t i = 0; files && i < files->files().size(); ++i) {
        if (files->files()[i].name == name) {
            return files->document(i);
        }
    }
    return failure(ErrorCode::NotFound, {});
}

}  // namespace

class DescriptorFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAFolderOnce()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("registry/a.json"), baseFile);
        folder.write(QStringLiteral("registry/tests/a.tests.json"), baseFile);
        folder.write(QStringLiteral("package.json"), json("{'name':'x'}"));
        folder.write(QStringLiteral("broken.json"), "{");
        folder.write(QStringLiteral("readme.md"), baseFile);
        const auto files = DescriptorFiles::read(folder.path());
        QVERIFY(files);
        QCOMPARE(files->files().size(), std::size_t{1});
        QCOMPARE(files->files().front().name, std::string("registry/a.json"));
        QCOMPARE(files->passedOver(), std::size_t{2});
        QCOMPARE(DescriptorFiles::read(folder.path() / "absent").error().code, ErrorCode::NotFound);
        QCOMPARE(meaning::Descriptors::open(folder.path() / "absent").error().code, ErrorCode::NotFound);
    }

    void mergesWhatItIncludes()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("common/base.json"), baseFile);
        folder.write(
            QStringLiteral("b/own.json"),
            json("{'includes':'../common/"
                 "base.json','metadata':{'owner':'O'},'display':{'formats':{'f(uint256 a)':"
                 "{'intent':'Own','fields':[{'path':'b','label':'Better'},{'path':'c','label':'C'}]}}}}"));
        const auto document = documentOf(folder, "b/own.json");
        QVERIFY(document);
        const Json& entry = document->json["display"]["formats"]["f(uint256 a)"];
        QCOMPARE(entry["intent"].get<std::string>(), std::string("Own"));
        QCOMPARE(dumpJson(entry["fields"]),
                 std::string(json("[{'path':'a','label':'A','format':'raw'},{'path':'b','label':'Better','"
                                  "format':'raw'},{'path':'c','label':'C'}]")));
        QCOMPARE(document->sources.size(), std::size_t{2});
        QCOMPARE(document->sources[1].name, std::string("common/base.json"));
    }

    void staysInItsFolder_data()
    {
        QTest::addColumn<QString>("included");
        QTest::newRow("above") << QStringLiteral("../outside.json");
        QTest::newRow("above, hidden") << QStringLiteral("x/../../outside.json");
        QTest::newRow("absolute") << QStringLiteral("/etc/hostname.json");
        QTest::newRow("URL") << QStringLiteral("https://example.org/base.json");
        QTest::newRow("file URL") << QStringLiteral("file:base.json");
        QTest::newRow("backslashes") << QStringLiteral("..\\\\outside.json");
        QTest::newRow("link") << QStringLiteral("link.json");
        QTest::newRow("through a linked folder") << QStringLiteral("linked/outside.json");
        QTest::newRow("absent") << QStringLiteral("absent.json");
        QTest::newRow("empty") << QString();
        QTest::newRow("itself") << QStringLiteral("own.json");
    }

    void staysInItsFolder()
    {
        QFETCH(const QString, included);
        DescriptorFolder outside;
        outside.write(QStringLiteral("outside.json"), baseFile);
        outside.write(QStringLiteral("folder/own.json"),
                      json("{'display':{},'includes':'") + included.toStdString() + "\"}");
        QFile::link(outside.path(QStringLiteral("outside.json")),
                    outside.path(QStringLiteral("folder/link.json")));
        QFile::link(QFileInfo(outside.path(QStringLiteral("outside.json"))).path(),
                    outside.path(QStringLiteral("folder/linked")));
        const auto files = DescriptorFiles::read(outside.path() / "folder");
        QVERIFY(files);
        QCOMPARE(files->files().size(), std::size_t{1});
        QVERIFY(!files->document(0));
    }

    void refusesCirclesAndDepth()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"), json("{'includes':'b.json'}"));
        folder.write(QStringLiteral("b.json"), json("{'includes':'./a.json'}"));
        QVERIFY(!documentOf(folder, "a.json"));
        for (int i = 0; i < 9; ++i) {
            folder.write(QStringLiteral("d%1.json").arg(i),
                         json("{'includes':'d") + std::to_string(i + 1) + json(".json'}"));
        }
        folder.write(QStringLiteral("d9.json"), baseFile);
        QVERIFY(documentOf(folder, "d2.json"));
        QVERIFY(!documentOf(folder, "d1.json"));
    }

    void refusesWhatIsTooMuch()
    {
        DescriptorFolder folder;
        folder.write(QStringLiteral("large.json"), std::string(1'048'570, ' ') + baseFile);
        folder.write(QStringLiteral("deep.json"),
                     json("{'context':") + std::string(60, '[') + std::string(60, ']') + "}");
        folder.write(QStringLiteral("doubled.json"), json("{'context':1,'context':2}"));
        const auto files = DescriptorFiles::read(folder.path());
        QCOMPARE(files->files().size(), std::size_t{2});
        QCOMPARE(files->passedOver(), std::size_t{1});
        QVERIFY(!files->document(0));
        QVERIFY(!files->document(1));
    }

    void knowsItsVersions_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<bool>("isKnown");
        QTest::newRow("1") << QStringLiteral("../specs/erc7730-v1.schema.json") << true;
        QTest::newRow("2") << QStringLiteral("https://example.org/erc7730-v2.schema.json") << true;
        QTest::newRow("2.1") << QStringLiteral("erc7730-v2.1.0.schema.json") << true;
        QTest::newRow("3") << QStringLiteral("erc7730-v3.0.0-next.schema.json") << false;
        QTest::newRow("20") << QStringLiteral("erc7730-v20.schema.json") << false;
        QTest::newRow("another") << QStringLiteral("other.json") << true;
    }

    void knowsItsVersions()
    {
        QFETCH(const QString, schema);
        QFETCH(const bool, isKnown);
        DescriptorFolder folder;
        folder.write(QStringLiteral("a.json"),
                     json("{'context':{},'$schema':'") + schema.toStdString() + "\"}");
        QCOMPARE(documentOf(folder, "a.json").has_value(), isKnown);
    }
};

COUNTERSIGN_APPLESS_TEST(DescriptorFilesTest)
#include "DescriptorFiles_test.moc"
