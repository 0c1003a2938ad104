#include "core/chain/solana/programs/InstructionLayout.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;
using solana::FieldReader;
using solana::InstructionLayout;

class InstructionLayoutTest : public QObject
{
    Q_OBJECT

    using Roles = std::vector<std::string>;

    static Roles roles(std::size_t count, std::string_view words)
    {
        const auto given = accounts(count);
        const auto named = solana::rolesByWords({given, {}}, words);
        return named ? *named : Roles{"refused"};
    }

private Q_SLOTS:
    void namesAccounts()
    {
        QVERIFY(roles(2, "from to") == (Roles{"from", "to"}));
        QVERIFY(roles(3, "from to") == (Roles{"from", "to", ""}));
        QVERIFY(roles(1, "from to") == Roles{"refused"});
        QVERIFY(roles(0, "") == Roles{});
        QVERIFY(roles(1, "table payer? system?") == Roles{"table"});
        QVERIFY(roles(2, "table payer? system?") == (Roles{"table", "payer"}));
        QVERIFY(roles(4, "table payer? system?") == (Roles{"table", "payer", "system", ""}));
        QVERIFY(roles(0, "table payer?") == Roles{"refused"});
    }

    void namesFurtherAccountsByRolesOf()
    {
        const auto given = accounts(3);
        QVERIFY(solana::rolesOf({given, {}}, {"source"}, "signer") == (Roles{"source", "signer", "signer"}));
        QVERIFY(solana::rolesOf({given, {}}, {"source", "owner"}) == (Roles{"source", "owner", ""}));
        QVERIFY(!solana::rolesOf({given, {}}, {"a", "b", "c", "d"}));
    }

    void findsLayouts()
    {
        const std::vector<InstructionLayout> layouts = {{3, "three", ""}, {7, "seven", ""}};
        QCOMPARE(solana::layoutOf(layouts, 7)->name, std::string_view("seven"));
        QVERIFY(solana::layoutOf(layouts, 0) == nullptr);
        QVERIFY(!solana::readBincodeProgram(layouts, {}));
        const Bytes data = Data().u32(3);
        QCOMPARE(solana::readBincodeProgram(layouts, {{}, data})->name, std::string("three"));
    }

    void readsFields()
    {
        static constexpr std::array<std::string_view, 2> names = {"zero", "one"};
        const Bytes data = Data().u8(1).u16(0x203).u8(0).u8(1).u64(9).u8(1).u32(2).add({0xaa, 0xbb});
        FieldReader fields(data);
        fields.u8("a").u16("b").optional("none", &FieldReader::u64).optional("some", &FieldReader::u64);
        fields.choice("choice", fields.reader().u8(), names).borshBytes("bytes");
        const auto read = *std::move(fields).finish();
        QCOMPARE(read.size(), std::size_t{5});
        QVERIFY(read[1].value == solana::FieldValue(std::uint64_t{0x203}));
        QVERIFY(read[2].name == "some" && read[2].value == solana::FieldValue(std::uint64_t{9}));
        QVERIFY(read[3].value == solana::FieldValue(std::string("one")));
        QVERIFY(read[4].value == solana::FieldValue(Bytes{0xaa, 0xbb}));
    }

    void refusesUnknownChoicesAndHostileLists()
    {
        static constexpr std::array<std::string_view, 1> names = {"zero"};
        QVERIFY(!std::move(FieldReader({}).choice("choice", 1, names)).finish());
        QVERIFY(std::move(FieldReader({}).choice("choice", 0, names)).finish());
        const Bytes data(64, 1);
        FieldReader hostile(data);
        hostile.list("addresses", ~std::uint64_t{0}, &FieldReader::address);
        QVERIFY(!std::move(hostile).finish());
        FieldReader huge(data);
        QVERIFY(!std::move(huge.bincodeBytes("bytes")).finish());
    }
};

COUNTERSIGN_APPLESS_TEST(InstructionLayoutTest)
#include "InstructionLayout_test.moc"
