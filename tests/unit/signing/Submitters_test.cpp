#include "core/signing/Submitters.h"

#include "core/base/Hex.h"
#include "tests/support/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

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
        TestProfile profile;
        Submitters submitters(*profile.database);
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
        TestProfile profile;
        Submitters submitters(*profile.database);
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
        TestProfile profile;
        Submitters submitters(*profile.database);
        for (const std::string& name :
             {std::string(), std::string(" shop"), std::string("shop "), std::string("sh\nop"),
              std::string("sh\0op", 5), std::string("shop\xe2\x80\xae"), std::string("sh\xc2\xa0op"),
              std::string("sh\xe2\x80\x8bop"), std::string("\xff"), std::string(65, 'a')}) {
            QCOMPARE(submitters.add(name, newKey(), 0).error().code, ErrorCode::InvalidInput);
        }
        QVERIFY(submitters.add(std::string(64, 'a'), newKey(), 0).has_value());
        QVERIFY(submitters.add("Bäckerei an der Ecke", newKey(), 0).has_value());
    }

    void readsKeys()
    {
        const auto key = newKey();
        QCOMPARE(*parseSubmitterKey(toHex(key)), key);
        QCOMPARE(*parseSubmitterKey(toHexPrefixed(key)), key);
        for (const std::string& text : {std::string(), toHex(key).substr(2), toHex(key) + "00",
                                        std::string(64, '0'), std::string(64, 'f'), std::string(64, 'x')}) {
            QCOMPARE(parseSubmitterKey(text).error().code, ErrorCode::InvalidInput);
        }
    }
};

QTEST_GUILESS_MAIN(SubmittersTest)
#include "Submitters_test.moc"
