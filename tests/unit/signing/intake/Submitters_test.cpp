#include "core/signing/intake/Submitters.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

using namespace countersign;

namespace {

/// A profile whose submitters are changed as the programs do.
struct Book
{
    TestProfile profile;

    Submitters submitters() { return Submitters(*profile.database, *profile.vault); }
    Status add(const std::string& name, const ed25519::PublicKey& key, UnixMillis now)
    {
        return changeTrusted(*profile.database, *profile.vault, profile.clock, "submitter.added", name,
                             [&] { return submitters().add(name, key, now); });
    }
    Status remove(const std::string& name)
    {
        return changeTrusted(*profile.database, *profile.vault, profile.clock, "submitter.removed", name,
                             [&] { return submitters().remove(name); });
    }
    Result<std::vector<Submitter>> list() { return Submitters::rows(*profile.database); }
    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
    /// "trusted names|doubted names"
    std::string standing()
    {
        const auto registered = submitters().registered();
        if (!registered) {
            return "refused";
        }
        std::string names;
        for (const Submitter& one : registered->trusted) {
            names += one.name + ' ';
        }
        names += '|';
        for (const Submitter& one : registered->doubted) {
            names += one.name + ' ';
        }
        return names;
    }
};

ed25519::PublicKey newKey()
{
    return *ed25519::publicKey(SecretBytes::random(32));
}

}  // namespace

class SubmittersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsNamesAndKeys()
    {
        Book submitters;
        const auto shop = newKey();
        const auto bank = newKey();
        QVERIFY(submitters.add("shop", shop, 5).has_value());
        QVERIFY(submitters.add("bank", bank, 6).has_value());
        const auto list = submitters.list();
        QCOMPARE(list->size(), std::size_t{2});
        QCOMPARE(list->front().name, std::string("bank"));
        QCOMPARE(list->front().publicKey, bank);
        QCOMPARE(list->back().createdAt, 5);
        QVERIFY(submitters.remove("shop").has_value());
        QCOMPARE(submitters.remove("shop").error().code, ErrorCode::NotFound);
    }

    void oneNameOneKey()
    {
        Book submitters;
        const auto key = newKey();
        QVERIFY(submitters.add("shop", key, 0).has_value());
        QCOMPARE(submitters.add("shop", newKey(), 0).error().code, ErrorCode::AlreadyExists);
        const auto twice = submitters.add("other", key, 0);
        QCOMPARE(twice.error().code, ErrorCode::AlreadyExists);
        QVERIFY(twice.error().sentence.contains(QStringLiteral("shop")));
        QCOMPARE(submitters.list()->size(), std::size_t{1});
    }

    void refusesNamesThatMislead()
    {
        Book submitters;
        for (const std::string& name :
             {std::string(), std::string(" shop"), std::string("shop "), std::string("sh\nop"),
              std::string("sh\0op", 5), std::string("shop\xe2\x80\xae"), std::string("sh\xc2\xa0op"),
              std::string("sh\xe2\x80\x8bop"), std::string("\xff"), std::string(65, 'a')}) {
            QCOMPARE(submitters.add(name, newKey(), 0).error().code, ErrorCode::InvalidInput);
        }
        QVERIFY(submitters.add(std::string(64, 'a'), newKey(), 0).has_value());
        QVERIFY(submitters.add("Bäckerei an der Ecke", newKey(), 0).has_value());
    }

    /// Whoever can write the file must not be able to register himself.
    void rowsOfOthersDoNotCount()
    {
        Book submitters;
        const auto shop = newKey();
        QVERIFY(submitters.add("shop", shop, 0).has_value());
        QVERIFY(submitters.add("bank", newKey(), 0).has_value());
        QCOMPARE(submitters.standing(), std::string("bank shop |"));
        submitters.edit("INSERT INTO submitter (name, public_key, created_at) VALUES ('evil', x'" +
                        toHex(newKey()) + "', 0)");
        QCOMPARE(submitters.standing(), std::string("bank shop |evil "));
        submitters.edit("UPDATE submitter SET public_key = x'" + toHex(newKey()) + "' WHERE name = 'shop'");
        QCOMPARE(submitters.standing(), std::string("bank |evil shop "));
        submitters.edit("DELETE FROM submitter WHERE name = 'bank'");
        QCOMPARE(submitters.standing(), std::string("|evil shop "));
        // Mended one by one.
        for (const char* name : {"evil", "shop", "bank"}) {
            QVERIFY(submitters.remove(name).has_value());
        }
        QVERIFY(submitters.add("shop", shop, 0).has_value());
        QCOMPARE(submitters.standing(), std::string("shop |"));
        submitters.edit("UPDATE submitter SET name = 'bank'");
        QCOMPARE(submitters.standing(), std::string("|bank "));
        submitters.edit("DELETE FROM trust");
        QCOMPARE(submitters.standing(), std::string("refused"));
    }

    void aRemovedOneDoesNotComeBack()
    {
        Book submitters;
        QVERIFY(submitters.add("shop", newKey(), 0).has_value());
        submitters.edit("CREATE TEMP TABLE kept AS SELECT * FROM submitter");
        QVERIFY(submitters.remove("shop").has_value());
        submitters.edit("INSERT INTO submitter SELECT * FROM kept");
        QCOMPARE(submitters.standing(), std::string("|shop "));
    }

    void anyBytesMayBeCheckedWith()
    {
        const auto key = newKey();
        QVERIFY(publicKeyBytes(toHex(key)) == key && publicKeyBytes(toHexPrefixed(key)) == key);
        QVERIFY(publicKeyBytes(std::string(64, 'f')).has_value());  // no point of the curve
        for (const std::string& text : {std::string(), toHex(key).substr(2), toHex(key) + "00",
                                        std::string(64, 'x'), ' ' + toHex(key)}) {
            QVERIFY(!publicKeyBytes(text).has_value());
        }
    }

    void readsKeys()
    {
        const auto key = newKey();
        QCOMPARE(*parseEd25519PublicKey(toHex(key)), key);
        QCOMPARE(*parseEd25519PublicKey(toHexPrefixed(key)), key);
        for (const std::string& text : {std::string(), toHex(key).substr(2), toHex(key) + "00",
                                        std::string(64, '0'), std::string(64, 'f'), std::string(64, 'x')}) {
            QCOMPARE(parseEd25519PublicKey(text).error().code, ErrorCode::InvalidInput);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SubmittersTest)
#include "Submitters_test.moc"
