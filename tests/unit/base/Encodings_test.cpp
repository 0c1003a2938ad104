#include "core/base/Random.h"
#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class EncodingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hexAcceptsBothCasesAndPrefix()
    {
        QCOMPARE(fromHex("0x00fFA0").value(), (Bytes{0x00, 0xff, 0xa0}));
        QCOMPARE(fromHex("0X").value(), Bytes{});
        QCOMPARE(fromHex("").value(), Bytes{});
        QCOMPARE(toHexPrefixed(Bytes{0x0a, 0xff}), std::string("0x0aff"));
        QCOMPARE(toHex({}), std::string());
    }

    void hexRefusesGarbage_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"0", "0x0", "0g", " 00", "00 ", "00\n", "0x0x00", "--", "0x0 0", "é0"}) {
            QTest::newRow(text) << QByteArray(text);
        }
        QTest::newRow("nul") << QByteArray("0\0", 2);
    }
    void hexRefusesGarbage()
    {
        QFETCH(const QByteArray, text);
        const auto result = fromHex({text.constData(), static_cast<std::size_t>(text.size())});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidInput);
        QVERIFY(!secretFromHex({text.constData(), static_cast<std::size_t>(text.size())}));
    }

    void base64RoundTrips()
    {
        for (std::size_t size = 0; size < 70; ++size) {
            const Bytes bytes = randomBytes(size);
            QCOMPARE(fromBase64(toBase64(bytes)).value(), bytes);
            QCOMPARE(fromBase64Url(toBase64Url(bytes)).value(), bytes);
            QCOMPARE(fromBase64Any(toBase64(bytes)).value(), bytes);
            QCOMPARE(fromBase64Any(toBase64Url(bytes)).value(), bytes);
        }
        QCOMPARE(fromBase64Url("_-8=").value(), (Bytes{0xff, 0xef}));
        QCOMPARE(fromBase64("/+8").value(), (Bytes{0xff, 0xef}));
    }

    void base64RefusesGarbage_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"A", "AAAAA", "AA=", "AA===", "A===", "====", "=", "AA AA", "AAA\n", "AB",
                                 "AAB", "AA==AA", "A*AA", "+-AA", "AAA=="}) {
            QTest::newRow(text) << QByteArray(text);
        }
    }
    void base64RefusesGarbage()
    {
        QFETCH(const QByteArray, text);
        const std::string_view view{text.constData(), static_cast<std::size_t>(text.size())};
        QVERIFY(!fromBase64(view));
        QVERIFY(!fromBase64Url(view));
        QVERIFY(!fromBase64Any(view));
    }

    void base64KnowsNoOtherCharacter()
    {
        const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (int c = 0; c < 256; ++c) {
            const std::string text = std::string("AAA") + static_cast<char>(c);
            const bool shared = digits.find(static_cast<char>(c)) != std::string::npos || c == '=';
            QCOMPARE(fromBase64(text).has_value(), shared || c == '+' || c == '/');
            QCOMPARE(fromBase64Url(text).has_value(), shared || c == '-' || c == '_');
        }
    }

    void base64AlphabetsDoNotMix()
    {
        QVERIFY(!fromBase64("_-8="));
        QVERIFY(!fromBase64Url("/+8="));
    }

    void base58KnowsTheVectors_data()
    {
        QTest::addColumn<QByteArray>("hex");
        QTest::addColumn<QByteArray>("text");
        // draft-msporny-base58 §5 and Bitcoin Core's base58_encode_decode.json
        QTest::newRow("hello") << QByteArray("48656c6c6f20576f726c6421") << QByteArray("2NEpo7TZRRrLZSi2U");
        QTest::newRow("zeros") << QByteArray("0000287fb4cd") << QByteArray("11233QC4");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("one") << QByteArray("61") << QByteArray("2g");
        QTest::newRow("ten zeros") << QByteArray("00000000000000000000") << QByteArray("1111111111");
        QTest::newRow("system program") << QByteArray(64, '0') << QByteArray(32, '1');
    }
    void base58KnowsTheVectors()
    {
        QFETCH(const QByteArray, hex);
        QFETCH(const QByteArray, text);
        const Bytes bytes = fromHex(hex.toStdString()).value();
        QCOMPARE(toBase58(bytes), text.toStdString());
        QCOMPARE(fromBase58(text.toStdString()).value(), bytes);
    }

    void base58RoundTripsAndIsBounded()
    {
        for (std::size_t size = 0; size < 80; ++size) {
            Bytes bytes = randomBytes(size);
            if (size > 3) {
                bytes[0] = bytes[1] = 0;
            }
            QCOMPARE(fromBase58(toBase58(bytes)).value(), bytes);
        }
        QCOMPARE(fromBase58(toBase58(Bytes(base58MaxBytes, 0xff))).value(), Bytes(base58MaxBytes, 0xff));
        QVERIFY(toBase58(Bytes(base58MaxBytes + 1, 1)).empty());
        QVERIFY(!fromBase58(std::string(base58MaxBytes + 1, '1')));
        QVERIFY(!fromBase58(std::string(100'000, 'z')));
        for (const char* text : {"0", "O", "I", "l", " 1", "1 ", "1\n", "é"}) {
            QVERIFY(!fromBase58(text));
        }
    }

    void uuidsAreVersion4()
    {
        const std::string uuid = randomUuid();
        QCOMPARE(uuid.size(), std::size_t(36));
        QCOMPARE(uuid[14], '4');
        QVERIFY(std::string("89ab").find(uuid[19]) != std::string::npos);
        QVERIFY(uuid != randomUuid());
    }
};

COUNTERSIGN_APPLESS_TEST(EncodingsTest)
#include "Encodings_test.moc"
