#include "core/base/encoding/CsvWriter.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class CsvWriterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cells_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("cell");
        QTest::newRow("plain") << QByteArray("abc") << QByteArray("abc");
        QTest::newRow("empty") << QByteArray() << QByteArray();
        QTest::newRow("comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
        QTest::newRow("quote") << QByteArray("a\"b") << QByteArray("\"a\"\"b\"");
        QTest::newRow("lines") << QByteArray("a\r\nb") << QByteArray("\"a\r\nb\"");
        QTest::newRow("blank") << QByteArray("a b") << QByteArray("\"a b\"");
        QTest::newRow("formula") << QByteArray("=1+1") << QByteArray("'=1+1");
        QTest::newRow("plus") << QByteArray("+1") << QByteArray("'+1");
        QTest::newRow("minus") << QByteArray("-1") << QByteArray("'-1");
        QTest::newRow("at") << QByteArray("@SUM") << QByteArray("'@SUM");
        QTest::newRow("tab") << QByteArray("\t=1") << QByteArray("\"'\t=1\"");
        QTest::newRow("return") << QByteArray("\r=1") << QByteArray("\"'\r=1\"");
        QTest::newRow("line feed") << QByteArray("\n=1") << QByteArray("\"'\n=1\"");
        QTest::newRow("call") << QByteArray("=cmd|' /C calc'!A0") << QByteArray("\"'=cmd|' /C calc'!A0\"");
        QTest::newRow("inner") << QByteArray("a=1") << QByteArray("a=1");
        QTest::newRow("zero first") << QByteArray("\0=1", 3) << QByteArray("'=1");
        QTest::newRow("umlaut") << QByteArray("Zürich") << QByteArray("Zürich");
    }
    void cells()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, cell);
        QCOMPARE(QByteArray::fromStdString(CsvWriter::cell(text.toStdString())), cell);
    }

    void rowsEndInReturnAndLineFeed()
    {
        QCOMPARE(CsvWriter::row({"a", "", "=b", "c,d"}), std::string("a,,'=b,\"c,d\"\r\n"));
        QCOMPARE(CsvWriter::row({}), std::string("\r\n"));
    }

    /// Whatever a cell holds, it stays one cell of one row, and no formula.
    void everyByteStaysInItsCell()
    {
        for (int first = 0; first < 256; ++first) {
            for (const char* rest : {"", "\"", ",x", "=1", "\r\n=2"}) {
                const std::string text = std::string(1, static_cast<char>(first)) + rest;
                std::string cell = CsvWriter::cell(text);
                if (cell.starts_with('"')) {
                    QVERIFY(cell.ends_with('"'));
                    cell = cell.substr(1, cell.size() - 2);
                    QCOMPARE(std::count(cell.begin(), cell.end(), '"') % 2, 0);
                } else {
                    QVERIFY(cell.find_first_of(",\"\r\n") == std::string::npos);
                }
                QVERIFY(cell.empty() || std::string("=+-@\t\r\n").find(cell.front()) == std::string::npos);
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(CsvWriterTest)
#include "CsvWriter_test.moc"
