#include "core/meaning/descriptors/binding/DescriptorPath.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign::meaning;
using Root = DescriptorPath::Root;
using Kind = PathStep::Kind;

class DescriptorPathTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsRoots()
    {
        QCOMPARE(parseDescriptorPath("#.a")->root, Root::Data);
        QCOMPARE(parseDescriptorPath("@.value")->root, Root::Container);
        QCOMPARE(parseDescriptorPath("$.metadata")->root, Root::Descriptor);
        QCOMPARE(parseDescriptorPath("a.b")->root, Root::Relative);
        QCOMPARE(parseDescriptorPath("$a")->root, Root::Relative);
        QVERIFY(parseDescriptorPath("")->steps.empty());
        QVERIFY(parseDescriptorPath("#")->steps.empty());
    }

    void readsSteps()
    {
        const auto path = parseDescriptorPath("#.params.path.[0:20].[-1].[].[:-3].[4:]");
        QVERIFY(path);
        QCOMPARE(path->steps.size(), std::size_t{7});
        QCOMPARE(path->steps[1].name, std::string("path"));
        QVERIFY(path->steps[2].kind == Kind::Slice && *path->steps[2].from == 0 && *path->steps[2].to == 20);
        QVERIFY(path->steps[3].kind == Kind::Index && *path->steps[3].from == -1);
        QVERIFY(path->steps[4].isAll());
        QVERIFY(!path->steps[5].from && *path->steps[5].to == -3);
        QVERIFY(*path->steps[6].from == 4 && !path->steps[6].to);
        QCOMPARE(parseDescriptorPath("a[0][]")->steps.size(), std::size_t{3});
    }

    void refusesWhatIsNoPath_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"a..b", ".a", "a.", "a.[", "a.[x]", "a.[1:2:3]", "a.]", "a.[0]b",
                                 "a.[99999999999999999999]", "a.[1 ]"}) {
            QTest::newRow(text) << QString::fromLatin1(text);
        }
        QTest::newRow("long") << QString(600, QLatin1Char('a'));
        QTest::newRow("many steps") << QString(QStringLiteral("a")) + QStringLiteral(".a").repeated(40);
    }

    void refusesWhatIsNoPath()
    {
        QFETCH(const QString, text);
        QVERIFY(!parseDescriptorPath(text.toStdString()));
    }
};

COUNTERSIGN_APPLESS_TEST(DescriptorPathTest)
#include "DescriptorPath_test.moc"
