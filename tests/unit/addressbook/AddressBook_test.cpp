#include "core/addressbook/AddressBook.h"

#include "core/audit/trust/SettingsUpgrade.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"
#include "tests/unit/addressbook/AddressSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

using OnLookAlike = AddressBook::OnLookAlike;

AddressEntry inBook(const std::string& address, const std::string& name = "Shop",
                    const std::vector<std::string>& tags = {}, const std::vector<std::string>& lists = {})
{
    return {.chain = "eip155:1",
            .address = QByteArray::fromStdString(address).toLower().toStdString(),
            .name = name,
            .tags = tags,
            .lists = lists,
            .changedAt = 0};
}

/// A profile whose address book is changed as the programs do.
struct Desk
{
    TestProfile profile;

    AddressBook book() { return AddressBook(*profile.database, *profile.vault); }
    template <typename Change>
    auto record(std::string_view kind, Change&& change)
    {
        return AuditLog(*profile.database, *profile.vault, profile.clock)
            .record(kind, "book", "{}", std::forward<Change>(change));
    }
    Status add(const AddressEntry& one, OnLookAlike onLookAlike = OnLookAlike::Refuse)
    {
        return record("address.added", [&] { return book().add(one, onLookAlike, 5); });
    }
    Result<AddressChanges> import(const std::vector<AddressEntry>& entries,
                                  OnLookAlike onLookAlike = OnLookAlike::Refuse)
    {
        return record("addresses.imported", [&] { return book().import(entries, onLookAlike, 7); });
    }
    Status remove(const std::string& address)
    {
        return record("address.removed", [&] {
            return book().remove(std::array{AddressKey{"eip155:1", address}});
        });
    }
    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
    /// The names that count, or the code of why there are none.
    std::string names()
    {
        const auto entries = book().entries();
        if (!entries) {
            return entries.error().code == ErrorCode::BadSignature ? "doubted" : "error";
        }
        std::string text;
        for (const AddressEntry& one : *entries) {
            text += one.name + ' ';
        }
        return text;
    }
    std::size_t entriesInTheRecord()
    {
        return AuditLog(*profile.database, *profile.vault, profile.clock).page(0, 1000)->size();
    }
};

}  // namespace

class AddressBookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEntries()
    {
        Desk desk;
        QCOMPARE(desk.names(), std::string());
        QVERIFY(desk.add(inBook(shop, "Shop", {"b", "a"}, {"allow", "suppliers"})));
        QVERIFY(desk.add(inBook(bank, "Bank")));
        const auto entries = desk.book().entries();
        QCOMPARE(entries->size(), 2U);
        QCOMPARE(entries->front().name, std::string("Bank"));
        const AddressEntry& kept = entries->back();
        QCOMPARE(kept.address, shop);
        QVERIFY(kept.tags == (std::vector<std::string>{"a", "b"}));
        QVERIFY(kept.lists == (std::vector<std::string>{"allow", "suppliers"}));
        QCOMPARE(kept.changedAt, 5);
        QCOMPARE(desk.add(inBook(shop, "Other")).error().code, ErrorCode::AlreadyExists);
        QVERIFY(desk.remove(shop));
        QCOMPARE(desk.remove(shop).error().code, ErrorCode::NotFound);
        QCOMPARE(desk.names(), std::string("Bank "));
        QVERIFY(desk.remove(bank));
        QCOMPARE(desk.names(), std::string());
        QVERIFY(desk.add(inBook(shop)));
    }

    void importsReplaceAndAdd()
    {
        Desk desk;
        QVERIFY(desk.add(inBook(shop)));
        const auto changes = desk.import({inBook(shop, "Shop 2"), inBook(bank, "Bank")});
        QVERIFY(changes);
        QCOMPARE(changes->added, 1U);
        QCOMPARE(changes->changed, 1U);
        const auto again = desk.import({inBook(shop, "Shop 2"), inBook(bank, "Bank")});
        QCOMPARE(again->unchanged, 2U);
        QCOMPARE(desk.names(), std::string("Bank Shop 2 "));
        QVERIFY(desk.import({}));
        QCOMPARE(desk.names(), std::string("Bank Shop 2 "));
    }

    void aFaultChangesNothing()
    {
        Desk desk;
        QVERIFY(desk.add(inBook(shop)));
        const std::size_t before = desk.entriesInTheRecord();
        QCOMPARE(desk.import({inBook(bank, "Bank"), inBook("0x12")}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(desk.add(inBook(bank, "Ba\nnk")).error().code, ErrorCode::InvalidInput);
        QCOMPARE(desk.names(), std::string("Shop "));
        QCOMPARE(desk.entriesInTheRecord(), before);
    }

    void looksOutForLookAlikes()
    {
        Desk desk;
        QVERIFY(desk.add(inBook(shop)));
        const Status refused = desk.add(inBook(likeShop, "Evil"));
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QString::fromStdString(shop)));
        AddressEntry elsewhere = inBook(likeShop, "Evil");
        elsewhere.chain = "eip155";
        QVERIFY(!desk.import({elsewhere}));
        // Of one file, too.
        QVERIFY(!desk.import(
            {inBook(bank, "Bank"), inBook("0x7099000000000000000000000000000000aA79c8", "Evil")}));
        QCOMPARE(desk.names(), std::string("Shop "));

        const auto accepted = desk.import({elsewhere}, OnLookAlike::Accept);
        QCOMPARE(accepted->lookAlikes.size(), 1U);
        QCOMPARE(accepted->lookAlikes.front().other.address, shop);
        // What was accepted is not asked for again, and an address is no look-alike of its own.
        elsewhere.name = "Known";
        QVERIFY(desk.import({elsewhere}));
        AddressEntry other = inBook(bank);
        QVERIFY(desk.add(other));
        other.chain = "eip155:10";
        QVERIFY(desk.add(other));
    }

    void aPreviewWritesNothing()
    {
        Desk desk;
        QVERIFY(desk.import({inBook(shop, "Shop", {}, {"allow"}), inBook(bank, "Bank", {}, {"block"})}));
        const std::vector<AddressEntry> file = {inBook(shop, "Shop", {}, {"block"}), inBook(bank, "Bank"),
                                                inBook(likeShop, "Evil", {}, {"allow"})};
        const auto preview = desk.book().preview(file);
        QVERIFY(preview);
        QCOMPARE(preview->added, 1U);
        QCOMPARE(preview->changed, 2U);
        QCOMPARE(preview->newlyAllowed, 1U);
        QCOMPARE(preview->noLongerAllowed, 1U);
        QCOMPARE(preview->newlyBlocked, 1U);
        QCOMPARE(preview->noLongerBlocked, 1U);
        QCOMPARE(preview->lookAlikes.size(), 1U);
        QCOMPARE(desk.names(), std::string("Bank Shop "));
        desk.edit("UPDATE address_entry SET name = 'Evil'");
        QCOMPARE(desk.book().preview(file).error().code, ErrorCode::BadSignature);
    }

    void aChangeIsOfWhatIsThere()
    {
        Desk desk;
        const auto change = [&desk](const AddressEntry& one) {
            return desk.record("address.changed", [&] { return desk.book().change(one, 9); });
        };
        QCOMPARE(change(inBook(shop)).error().code, ErrorCode::NotFound);
        QVERIFY(desk.add(inBook(shop, "Shop", {"a"}, {"allow"})));
        QVERIFY(change(inBook(shop, "Market", {"b"})));
        const auto entries = desk.book().entries();
        QCOMPARE(entries->front().name, std::string("Market"));
        QVERIFY(entries->front().tags == std::vector<std::string>{"b"});
        QVERIFY(entries->front().lists.empty());
        QCOMPARE(change(inBook(shop, "Mar\nket")).error().code, ErrorCode::InvalidInput);
    }

    void severalAreRemovedTogetherOrNotAtAll()
    {
        Desk desk;
        QVERIFY(desk.import({inBook(shop), inBook(bank, "Bank")}));
        const auto remove = [&desk](const std::vector<AddressKey>& keys) {
            return desk.record("addresses.removed", [&] { return desk.book().remove(keys); });
        };
        QCOMPARE(remove({{"eip155:1", shop}, {"eip155:2", bank}}).error().code, ErrorCode::NotFound);
        QCOMPARE(desk.names(), std::string("Bank Shop "));
        QVERIFY(remove({{"eip155:1", shop}, {"eip155:1", bank}}));
        QCOMPARE(desk.names(), std::string());
    }

    /// One address on very many chains must not be compared with itself that many times.
    void oneAddressOnManyChainsIsNoLookAlike()
    {
        Desk desk;
        std::vector<AddressEntry> file;
        constexpr int chains = 20'000;
        for (int chain = 1; chain <= chains; ++chain) {
            file.push_back(inBook(shop));
            file.back().chain = "eip155:" + std::to_string(chain);
        }
        file.push_back(inBook(likeShop, "Evil"));
        const auto preview = desk.book().preview(file);
        QVERIFY(preview);
        QCOMPARE(preview->lookAlikes.size(), 1U);
    }

    void tagsKeepWhatIsThere()
    {
        Desk desk;
        const auto tag = [&desk](const AddressEntry& one) {
            return desk.record("address.tagged", [&] { return desk.book().tag(one, 9); });
        };
        QVERIFY(tag(inBook(shop, "Wallet", {"hot"})));
        QCOMPARE(desk.names(), std::string("Wallet "));
        QVERIFY(desk.import({inBook(shop, "Treasury", {"hot"}, {"allow"})}));
        const auto tagged = tag(inBook(shop, "Wallet", {"cold", "hot"}));
        QVERIFY(tagged->tags == (std::vector<std::string>{"cold", "hot"}));
        QCOMPARE(tagged->name, std::string("Treasury"));
        QVERIFY(tagged->lists == std::vector<std::string>{"allow"});
        QVERIFY(!tag(inBook(shop, "Wallet", {"no tag"})));
    }

    /// Whoever can write the file must not be able to bless an address, or to take one off the block list.
    void aBookThatOthersChangedIsDoubted_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("put in") << QStringLiteral(
            "INSERT INTO address_entry VALUES ('eip155', '0x1', 'Evil', '', 'allow', 5)");
        QTest::newRow("removed") << QStringLiteral("DELETE FROM address_entry WHERE name = 'Bank'");
        QTest::newRow("all removed") << QStringLiteral("DELETE FROM address_entry");
        QTest::newRow("name") << QStringLiteral("UPDATE address_entry SET name = 'Evil' WHERE name = 'Bank'");
        QTest::newRow("list") << QStringLiteral("UPDATE address_entry SET lists = '' WHERE lists = 'block'");
        QTest::newRow("exchanged") << QStringLiteral("UPDATE address_entry SET tags = lists, lists = tags");
        QTest::newRow("time") << QStringLiteral("UPDATE address_entry SET changed_at = changed_at + 1");
    }
    void aBookThatOthersChangedIsDoubted()
    {
        QFETCH(const QString, sql);
        Desk desk;
        QVERIFY(desk.import({inBook(shop, "Shop", {}, {"block"}), inBook(bank, "Bank", {"t"})}));
        QCOMPARE(desk.names(), std::string("Bank Shop "));
        desk.edit(sql.toStdString());
        QCOMPARE(desk.names(), std::string("doubted"));
        // No change of ours makes it good again without a look.
        QCOMPARE(desk.add(inBook(likeShop), OnLookAlike::Accept).error().code, ErrorCode::BadSignature);
        QCOMPARE(desk.remove(bank).error().code, ErrorCode::BadSignature);
        const auto findings = TrustedRows(*desk.profile.database, *desk.profile.vault).findings();
        QCOMPARE(findings->size(), 1U);
        QVERIFY(findings->front().sentence().contains(QStringLiteral("addresses list")));
        QVERIFY(sealSettingsAnew(*desk.profile.vault, *desk.profile.database, desk.profile.clock, "looked"));
        QVERIFY(desk.names() != "doubted");
        QVERIFY(desk.add(inBook("0x1234567890123456789012345678901234567890")));
    }

    void anOlderBookDoesNotComeBack()
    {
        Desk desk;
        QVERIFY(desk.import({inBook(shop, "Shop"), inBook(bank, "Bank")}));
        desk.edit("CREATE TEMP TABLE kept AS SELECT * FROM address_entry");
        QVERIFY(desk.remove(bank));
        desk.edit("DELETE FROM address_entry; INSERT INTO address_entry SELECT * FROM kept");
        QCOMPARE(desk.names(), std::string("doubted"));
    }

    void otherThingsThatAreTrustedStay()
    {
        Desk desk;
        QVERIFY(desk.add(inBook(shop)));
        QVERIFY(changeSetting(desk.profile, "engine", "sdk"));
        QCOMPARE(desk.names(), std::string("Shop "));
        QVERIFY(desk.add(inBook(bank, "Bank")));
        QCOMPARE(*TrustedSettings(*desk.profile.database, *desk.profile.vault).get("engine"),
                 std::string("sdk"));
        QVERIFY(TrustedRows(*desk.profile.database, *desk.profile.vault).findings()->empty());
    }

    void aChangeWithoutItsEntryIsRefused()
    {
        Desk desk;
        QVERIFY(!transact(*desk.profile.database,
                          [&] { return desk.book().add(inBook(shop), OnLookAlike::Refuse, 0); }));
        QCOMPARE(desk.names(), std::string());
    }

    void holdsItsBound()
    {
        Desk desk;
        std::vector<AddressEntry> many;
        for (std::size_t i = 0; i < maxAddressEntries; ++i) {
            const std::string digits = std::to_string(i);
            many.push_back(inBook("0x" + std::string(40 - digits.size(), '0') + digits, "n"));
        }
        const auto imported = desk.import(many, OnLookAlike::Accept);
        QVERIFY(imported);
        QCOMPARE(imported->added, maxAddressEntries);
        QCOMPARE(desk.book().entries()->size(), maxAddressEntries);
        QCOMPARE(desk.add(inBook(shop)).error().code, ErrorCode::InvalidInput);
        QCOMPARE(desk.book().entries()->size(), maxAddressEntries);
    }
};

COUNTERSIGN_GUILESS_TEST(AddressBookTest)
#include "AddressBook_test.moc"
