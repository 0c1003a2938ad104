#include "core/addressbook/AddressRecorder.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"
#include "tests/unit/addressbook/AddressSamples.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::samples;

namespace {

struct RecorderDesk
{
    TestProfile profile;
    AddressRecorder recorder{*profile.database, *profile.vault, profile.clock};

    std::string recorded()
    {
        return profile.database->handle()
            .execAndGet(
                "SELECT coalesce((SELECT kind || ' ' || subject || ' ' || detail FROM audit ORDER BY "
                "seq DESC LIMIT 1), '')")
            .getString();
    }
    std::size_t entries() { return AddressBook(*profile.database, *profile.vault).entries()->size(); }
};

AddressEntry recorderEntry(const std::string& address, const std::string& name)
{
    return {.chain = "eip155:1",
            .address = address,
            .name = name,
            .tags = {"b", "a"},
            .lists = {"allow"},
            .changedAt = 0};
}

using OnLookAlike = AddressBook::OnLookAlike;

}  // namespace

class AddressRecorderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyChangeHasItsEntry()
    {
        RecorderDesk desk;
        QVERIFY(desk.recorder.add(recorderEntry(shop, "Shop"), OnLookAlike::Refuse));
        QCOMPARE(desk.recorded(),
                 "address.added " + shop +
                     R"( {"chain":"eip155:1","name":"Shop","tags":["a","b"],"lists":["allow"]})");
        QVERIFY(desk.recorder.change(recorderEntry(shop, "Market")));
        QVERIFY(desk.recorded().starts_with("address.changed " + shop +
                                            R"( {"chain":"eip155:1","name":"Market")"));
        QVERIFY(desk.recorder.import(std::array{recorderEntry(bank, "Bank")}, "00ff", OnLookAlike::Refuse));
        QCOMPARE(desk.recorded(),
                 std::string(R"(addresses.imported address book {"entries":1,"sha256":"00ff"})"));
        AddressEntry wallet = recorderEntry(bank, "Bank");
        wallet.tags = {"hot"};
        QVERIFY(desk.recorder.tag("w-1", wallet));
        QCOMPARE(desk.recorded(), "address.tagged w-1 {\"address\":\"" + bank + "\",\"tag\":\"hot\"}");
        QVERIFY(desk.recorder.remove(std::array{AddressKey{"eip155:1", bank}}));
        QCOMPARE(desk.recorded(), "address.removed " + bank + R"( {"chain":"eip155:1"})");
        QCOMPARE(desk.entries(), 1U);
    }

    void severalRemovedOnesAreNamed()
    {
        RecorderDesk desk;
        QVERIFY(desk.recorder.add(recorderEntry(shop, "Shop"), OnLookAlike::Refuse));
        QVERIFY(desk.recorder.add(recorderEntry(bank, "Bank"), OnLookAlike::Refuse));
        QVERIFY(desk.recorder.remove(std::array{AddressKey{"eip155:1", bank}, AddressKey{"eip155:1", shop}}));
        QVERIFY(desk.recorded().starts_with(R"(addresses.removed address book {"entries":2,"addresses":[)"));
        QVERIFY(desk.recorded().find(shop) != std::string::npos);
        QCOMPARE(desk.entries(), 0U);
        QCOMPARE(desk.recorder.remove({}).error().code, ErrorCode::InvalidInput);
    }

    void veryManyRemovedOnesAreCounted()
    {
        RecorderDesk desk;
        std::vector<AddressEntry> entries;
        std::vector<AddressKey> keys;
        for (int i = 0; i < 1'000; ++i) {
            entries.push_back(recorderEntry(shop, "Shop"));
            entries.back().chain = "eip155:" + std::to_string(i + 1);
            keys.push_back({entries.back().chain, shop});
        }
        QVERIFY(desk.recorder.import(entries, "00", OnLookAlike::Refuse));
        QVERIFY(desk.recorder.remove(keys));
        QVERIFY(desk.recorded().starts_with(R"(addresses.removed address book {"entries":1000,"sha256":)"));
        QCOMPARE(desk.entries(), 0U);
    }

    void whatIsRefusedIsNotRecorded()
    {
        RecorderDesk desk;
        const std::string before = desk.recorded();
        QCOMPARE(desk.recorder.change(recorderEntry(shop, "Shop")).error().code, ErrorCode::NotFound);
        QCOMPARE(desk.recorder.remove(std::array{AddressKey{"eip155:1", bank}}).error().code,
                 ErrorCode::NotFound);
        QCOMPARE(desk.recorder.add(recorderEntry("0x12", "Shop"), OnLookAlike::Accept).error().code,
                 ErrorCode::InvalidInput);
        QCOMPARE(desk.recorded(), before);
    }
};

COUNTERSIGN_GUILESS_TEST(AddressRecorderTest)
#include "AddressRecorder_test.moc"
