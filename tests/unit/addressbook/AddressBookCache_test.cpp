#include "core/addressbook/AddressBookCache.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"
#include "tests/unit/addressbook/AddressSamples.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;

namespace {

struct CachedBook
{
    TestProfile profile;
    AddressBookCache cache;

    Status add(const std::string& address)
    {
        const AddressEntry entry{
            .chain = "eip155", .address = address, .name = "Shop", .tags = {}, .lists = {}, .changedAt = 0};
        return changeTrusted(*profile.database, *profile.vault, profile.clock, "address.added", address, [&] {
            return AddressBook(*profile.database, *profile.vault)
                .add(entry, AddressBook::OnLookAlike::Refuse, 1);
        });
    }
    Result<AddressBookCache::Entries> entries() { return cache.entries(*profile.database, *profile.vault); }
};

}  // namespace

class AddressBookCacheTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOnceAndAgainAfterAChange()
    {
        CachedBook book;
        const auto empty = book.entries();
        QVERIFY(empty && (*empty)->empty());
        QCOMPARE(book.entries()->get(), empty->get());
        QVERIFY(book.add(shop));
        const auto one = book.entries();
        QCOMPARE((*one)->size(), 1U);
        QCOMPARE(book.entries()->get(), one->get());
        // Other changes of what the profile trusts are none of the book's.
        setSetting(book.profile, "relay.inbox", "other");
        QCOMPARE(book.entries()->get(), one->get());
        QVERIFY(book.add(bank));
        QCOMPARE((*book.entries())->size(), 2U);
    }

    /// What is used is what was vouched for, never what lies there now.
    void foreignRowsAreNeverUsed()
    {
        CachedBook book;
        QVERIFY(book.add(shop));
        QCOMPARE((*book.entries())->front().name, std::string("Shop"));
        book.profile.database->handle().exec("UPDATE address_entry SET name = 'Thief'");
        QCOMPARE((*book.entries())->front().name, std::string("Shop"));
        AddressBookCache fresh;
        QCOMPARE(fresh.entries(*book.profile.database, *book.profile.vault).error().code,
                 ErrorCode::BadSignature);
    }

    void nothingWhileItIsLocked()
    {
        CachedBook book;
        QVERIFY(book.add(shop) && book.entries());
        book.profile.vault->lock();
        QCOMPARE(book.entries().error().code, ErrorCode::Locked);
    }
};

COUNTERSIGN_GUILESS_TEST(AddressBookCacheTest)
#include "AddressBookCache_test.moc"
