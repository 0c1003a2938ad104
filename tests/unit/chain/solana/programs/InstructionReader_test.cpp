#include "core/chain/solana/programs/InstructionReader.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using solana::InstructionReader;

class InstructionReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsLittleEndianIntegers()
    {
        const Bytes data = {1,    2, 3,    4, 5,    6,    7,    8,    9,    10,   11,   12,
                            0x13, 0, 0x80, 1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        InstructionReader reader(data);
        QCOMPARE(reader.u8(), std::uint8_t{1});
        QCOMPARE(reader.u16(), std::uint16_t{0x0302});
        QCOMPARE(reader.u32(), std::uint32_t{0x07060504});
        QCOMPARE(reader.remaining(), std::size_t{17});
        QCOMPARE(reader.u64(), std::uint64_t{0x8000130c0b0a0908U});
        QVERIFY(reader.boolean());
        QVERIFY(reader.isFine());
        QVERIFY(!reader.finish());
        QCOMPARE(reader.i64(), std::int64_t{-2});
        QVERIFY(reader.finish());
    }

    void marksWhatIsMissing()
    {
        const Bytes data = {1, 2, 3};
        InstructionReader reader(data);
        QCOMPARE(reader.u32(), std::uint32_t{0});
        QVERIFY(!reader.isFine());
        // Nothing is read behind a gap, and loops over what remains end.
        QCOMPARE(reader.u8(), std::uint8_t{0});
        QCOMPARE(reader.remaining(), std::size_t{0});
        QVERIFY(reader.rest().empty());
        QCOMPARE(reader.finish().error().code, ErrorCode::InvalidInput);
    }

    void refusesHostileCounts()
    {
        const Bytes data(16, 0xff);
        QVERIFY(InstructionReader(data).bytes(~std::size_t{0}).empty());
        InstructionReader bincode(data);
        QVERIFY(bincode.bincodeText().empty());
        QVERIFY(!bincode.isFine());
        InstructionReader borsh(data);
        QVERIFY(borsh.borshText().empty());
        QVERIFY(!borsh.isFine());
    }

    void refusesOddBooleansAndOptions()
    {
        for (unsigned value = 0; value < 256; ++value) {
            Bytes data(33, 7);
            data.front() = static_cast<std::uint8_t>(value);
            InstructionReader boolean(data);
            QCOMPARE(boolean.boolean(), value == 1);
            QCOMPARE(boolean.isFine(), value <= 1);
            InstructionReader option(data);
            QCOMPARE(option.optionalAddress().has_value(), value == 1);
            QCOMPARE(option.finish().has_value(), value == 1);
        }
        const Bytes cut(32, 1);
        InstructionReader option(cut);
        (void)option.optionalAddress();
        QVERIFY(!option.isFine());
    }

    void readsTexts()
    {
        const Bytes bincode = {3, 0, 0, 0, 0, 0, 0, 0, 0xe2, 0x82, 0xac};
        InstructionReader long64(bincode);
        QCOMPARE(long64.bincodeText(), std::string("\xe2\x82\xac"));
        QVERIFY(long64.finish());
        const Bytes borsh = {2, 0, 0, 0, 'o', 'k', 9};
        InstructionReader long32(borsh);
        QCOMPARE(long32.borshText(), std::string("ok"));
        QVERIFY(!long32.finish());
        QCOMPARE(long32.rest(), Bytes{9});
        QVERIFY(long32.finish());
    }

    void refusesTextsThatAreNoUtf8()
    {
        const Bytes surrogate = {3, 0, 0, 0, 0xed, 0xa0, 0x80};
        InstructionReader reader(surrogate);
        (void)reader.borshText();
        QVERIFY(!reader.isFine());
        const Bytes cut = {1, 0, 0, 0, 0, 0, 0, 0, 0xe2};
        InstructionReader bincode(cut);
        (void)bincode.bincodeText();
        QVERIFY(!bincode.isFine());
    }

    void readsCompactLengths()
    {
        const Bytes data = {0x05, 0xac, 0x02, 0x80, 0x00};
        InstructionReader reader(data);
        QCOMPARE(reader.compactU16(), std::uint16_t{5});
        QCOMPARE(reader.compactU16(), std::uint16_t{300});
        QCOMPARE(reader.remaining(), std::size_t{2});
        QVERIFY(reader.isFine());
        QCOMPARE(reader.compactU16(), std::uint16_t{0});  // longer than it need be
        QVERIFY(!reader.isFine());
    }

    void staysMarked()
    {
        const Bytes data = {1, 2};
        InstructionReader reader(data);
        reader.refuse();
        QCOMPARE(reader.u8(), std::uint8_t{0});
        QVERIFY(!reader.isFine() && !reader.finish());
    }

    void acceptsNothingAsTheEnd() { QVERIFY(InstructionReader({}).finish()); }
};

COUNTERSIGN_APPLESS_TEST(InstructionReaderTest)
#include "InstructionReader_test.moc"
