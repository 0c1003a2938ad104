#include "core/chain/solana/message/CompactU16.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class CompactU16Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The examples of Solana's documentation of the wire format.
    void matchesTheDocumentation_data()
    {
        QTest::addColumn<QByteArray>("hex");
        QTest::addColumn<int>("value");
        QTest::newRow("0") << QByteArray("00") << 0x0000;
        QTest::newRow("7f") << QByteArray("7f") << 0x007f;
        QTest::newRow("80") << QByteArray("8001") << 0x0080;
        QTest::newRow("ff") << QByteArray("ff01") << 0x00ff;
        QTest::newRow("100") << QByteArray("8002") << 0x0100;
        QTest::newRow("7fff") << QByteArray("ffff01") << 0x7fff;
        QTest::newRow("8000") << QByteArray("808002") << 0x8000;
        QTest::newRow("ffff") << QByteArray("ffff03") << 0xffff;
    }

    void matchesTheDocumentation()
    {
        QFETCH(const QByteArray, hex);
        QFETCH(const int, value);
        const Bytes bytes = *fromHex(hex.toStdString());
        BytesView rest = bytes;
        QCOMPARE(int(*solana::takeCompactU16(rest)), value);
        QVERIFY(rest.empty());
        Bytes written;
        solana::appendCompactU16(written, static_cast<std::uint16_t>(value));
        QCOMPARE(written, bytes);
    }

    void comesBackForEveryValue()
    {
        for (unsigned value = 0; value <= 0xffff; ++value) {
            Bytes bytes;
            solana::appendCompactU16(bytes, static_cast<std::uint16_t>(value));
            bytes.push_back(0x55);
            BytesView rest = bytes;
            QCOMPARE(unsigned(*solana::takeCompactU16(rest)), value);
            QCOMPARE(rest.size(), std::size_t{1});
        }
    }

    void refusesOtherForms_data()
    {
        QTest::addColumn<QByteArray>("hex");
        for (const char* hex : {"", "80", "8080", "8000", "808000", "ff00", "808004", "ffff04", "ffff7f",
                                "808080", "80808000", "ffffff01"}) {
            QTest::newRow(*hex != '\0' ? hex : "empty") << QByteArray(hex);
        }
    }

    void refusesOtherForms()
    {
        QFETCH(const QByteArray, hex);
        const Bytes bytes = *fromHex(hex.toStdString());
        BytesView rest = bytes;
        const auto value = solana::takeCompactU16(rest);
        QVERIFY(!value);
        QCOMPARE(value.error().code, ErrorCode::InvalidInput);
        QCOMPARE(rest.size(), bytes.size());
    }
};

COUNTERSIGN_APPLESS_TEST(CompactU16Test)
#include "CompactU16_test.moc"
