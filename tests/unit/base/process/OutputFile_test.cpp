#include "core/base/process/OutputFile.h"

#include "tests/support/TestProgram.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;

class OutputFileTest : public QObject
{
    Q_OBJECT

private:
    static QByteArray contentOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
    }

private Q_SLOTS:
    void replacesOnlyWhenComplete()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("out.csv"));
        {
            OutputFile file(path.toStdString());
            QVERIFY(file.open().has_value());
            QVERIFY(file.write(asBytes("first")).has_value());
            QVERIFY(file.write(asBytes(", second")).has_value());
            QCOMPARE(contentOf(path), QByteArray("not there"));
            QVERIFY(file.commit().has_value());
        }
        QCOMPARE(contentOf(path), QByteArray("first, second"));
        {
            OutputFile file(path.toStdString());
            QVERIFY(file.open().has_value());
            QVERIFY(file.write(asBytes("half")).has_value());
        }
        QCOMPARE(contentOf(path), QByteArray("first, second"));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void saysWhichFile()
    {
        OutputFile file("/nowhere/at/all/out.csv");
        const Status opened = file.open();
        QVERIFY(!opened && opened.error().code == ErrorCode::Storage);
        QVERIFY(opened.error().sentence.contains(QStringLiteral("/nowhere/at/all/out.csv")));
    }
};

COUNTERSIGN_GUILESS_TEST(OutputFileTest)
#include "OutputFile_test.moc"
