#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

class MemoProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTextOfBothVersions()
    {
        for (const std::string_view program :
             {"Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo", "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"}) {
            auto given = accounts(2);
            given[1].signs = true;
            const auto decoded = decodeFor(program, {0xf0, 0x9f, 0x90, 0x86}, given);
            QCOMPARE(decoded.program, std::string("memo"));
            QCOMPARE(summary(decoded), std::string("addMemo(- signer) {\"memo\":\"\xf0\x9f\x90\x86\"}"));
            QCOMPARE(summary(decodeFor(program, {}, {})), std::string(R"(addMemo() {"memo":""})"));
        }
    }

    void refusesWhatIsNoText()
    {
        const auto read = [](const Bytes& data) {
            return decodeFor("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", data, {}).isRead();
        };
        QVERIFY(!read({0xf0, 0x9f, 0x90, 0xff}));
        QVERIFY(!read({0xc0, 0x80}));
        QVERIFY(!read({'a', 0xe2}));
        // What is well-formed stays as it is; showing it is somebody else's care.
        QVERIFY(read({0, 0xe2, 0x80, 0xae}));
    }
};

COUNTERSIGN_APPLESS_TEST(MemoProgramTest)
#include "MemoProgram_test.moc"
