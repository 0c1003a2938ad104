#include "core/mpc/enclave/CborReader.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

Bytes hex(const char* text)
{
    return *fromHex(text);
}

}  // namespace

class CborReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// RFC 8949, appendix A.
    void readsTheRfcsExamples()
    {
        const auto integer = [](const char* text) {
            const Bytes bytes = hex(text);
            CborReader reader(bytes);
            const auto value = reader.takeInteger();
            return reader.isAtEnd() ? value : std::nullopt;
        };
        QCOMPARE(integer("00"), std::int64_t{0});
        QCOMPARE(integer("1b000000e8d4a51000"), std::int64_t{1'000'000'000'000});
        QCOMPARE(integer("3863"), std::int64_t{-100});
        QCOMPARE(integer("3903e7"), std::int64_t{-1000});
        QVERIFY(!integer("1bffffffffffffffff"));
        QVERIFY(!integer("3bffffffffffffffff"));
        QVERIFY(!integer("f97e00"));
        QVERIFY(!integer("1b0000"));
        QVERIFY(!integer(""));
        QVERIFY(!integer("0000"));  // something follows
    }

    void readsStringsWithinTheirBounds()
    {
        const auto bytes = [](const char* text, std::size_t most) {
            const Bytes encoded = hex(text);
            CborReader reader(encoded);
            const auto value = reader.takeBytes(most);
            return reader.isAtEnd() && value ? QByteArray::fromStdString(toHex(*value))
                                             : QByteArray("refused");
        };
        QCOMPARE(bytes("4401020304", 4), QByteArray("01020304"));
        QCOMPARE(bytes("4401020304", 3), QByteArray("refused"));
        QCOMPARE(bytes("40", 0), QByteArray(""));
        QCOMPARE(bytes("5f42010243030405ff", 5), QByteArray("0102030405"));
        QCOMPARE(bytes("5f42010243030405ff", 4), QByteArray("refused"));
        QCOMPARE(bytes("5f42010243030405", 5), QByteArray("refused"));
        QCOMPARE(bytes("5fff", 4), QByteArray(""));
        QCOMPARE(bytes("5f6161ff", 4), QByteArray("refused"));
        QCOMPARE(bytes("5b7fffffffffffffff00", 1U << 20U), QByteArray("refused"));
        QCOMPARE(bytes("5a00100000", 1U << 20U), QByteArray("refused"));
        QCOMPARE(bytes("6161", 4), QByteArray("refused"));
    }

    void textIsPrintable()
    {
        const auto text = [](const char* encoded) {
            const Bytes bytes = hex(encoded);
            CborReader reader(bytes);
            return reader.takeText(8);
        };
        QCOMPARE(text("6449455446"), std::string("IETF"));
        QVERIFY(!text("62c3bc"));
        QVERIFY(!text("610a"));
        QVERIFY(!text("4161"));
    }

    void readsContainers()
    {
        const auto sum = [](const char* encoded, std::size_t most) {
            const Bytes bytes = hex(encoded);
            CborReader reader(bytes);
            std::int64_t total = 0;
            const bool read = reader.takeArray(most, [&] {
                const auto value = reader.takeInteger();
                total += value.value_or(0);
                return value.has_value();
            });
            return read && reader.isAtEnd() ? total : -1;
        };
        QCOMPARE(sum("83010203", 3), std::int64_t{6});
        QCOMPARE(sum("9f010203ff", 3), std::int64_t{6});
        QCOMPARE(sum("83010203", 2), std::int64_t{-1});
        QCOMPARE(sum("9f010203ff", 2), std::int64_t{-1});
        QCOMPARE(sum("9f010203", 3), std::int64_t{-1});
        QCOMPARE(sum("830102", 3), std::int64_t{-1});
        QCOMPARE(sum("9b7fffffffffffffff01", 3), std::int64_t{-1});
        QCOMPARE(sum("83010203ff", 3), std::int64_t{-1});
        QCOMPARE(sum("a10102", 3), std::int64_t{-1});
        QCOMPARE(sum("81f6", 3), std::int64_t{-1});
    }

    void aFailureStays()
    {
        const Bytes bytes = hex("8201f6");
        CborReader reader(bytes);
        QVERIFY(!reader.takeBytes(4));
        QVERIFY(!reader.takeArray(2, [] { return true; }));
        QVERIFY(!reader.takeInteger());
        QVERIFY(!reader.takeNull());
        QVERIFY(!reader.takeTag(1));
        QVERIFY(!reader.isAtEnd());
    }
};

COUNTERSIGN_APPLESS_TEST(CborReaderTest)
#include "CborReader_test.moc"
