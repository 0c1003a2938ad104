#include "core/inspection/environment/EnvironmentCheckStore.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

struct EnvironmentChecksScene : TestProfile
{
    EnvironmentCheckStore store{*database};

    Status put(const EnvironmentCheck& check)
    {
        return transact(*database, [&] { return store.put(check); });
    }
};

EnvironmentCheck sampleEnvironment()
{
    EnvironmentCheck check;
    check.checkedAt = 5;
    check.environmentId = "env";
    check.delegatedAccess.value = DelegatedAccessSettings{true, false, std::nullopt};
    check.keys.value = {{"kid", "active", "ab:cd", 3, 0}, {"other", "revoked", "", 0, 9}};
    check.webhooks.value = {{"h1", "https://a.example/in/x", {"ping", "wallet.delegation.created"}, true},
                            {"h2", "https://b.example/", {}, false}};
    check.webhookId = "h2";
    check.scopes.why = "Dynamic refuses this.";
    check.clock.value = ClockReading{1000, 2000};
    return check;
}

}  // namespace

class EnvironmentCheckStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheNewest()
    {
        EnvironmentChecksScene scene;
        QVERIFY(!scene.store.newest()->has_value());
        EnvironmentCheck check = sampleEnvironment();
        QVERIFY(scene.put(check).has_value());
        QVERIFY(**scene.store.newest() == check);
        check.checkedAt = 6;
        check.webhooks = {std::nullopt, "no"};
        check.keys.value->clear();
        QVERIFY(scene.put(check).has_value());
        QVERIFY(**scene.store.newest() == check);
    }

    /// Whatever Dynamic answers, what is kept can be read again.
    void whatIsTooLongIsLeftOutAndSaysSo()
    {
        EnvironmentChecksScene scene;
        EnvironmentCheck check = sampleEnvironment();
        const std::vector<std::string> events(200, "wallet.delegation.created");
        check.webhooks.value->assign(250, {"h2", "https://b.example/", events, true});
        QVERIFY(scene.put(check).has_value());
        const auto kept = *scene.store.newest();
        QVERIFY(kept.has_value() && kept->delegatedAccess == check.delegatedAccess &&
                kept->keys == check.keys);
        QVERIFY(!kept->webhooks.value && !kept->webhooks.why.empty());
    }

    void ourWebhookIsTheOneOfTheDeliveries()
    {
        EnvironmentCheck check = sampleEnvironment();
        QCOMPARE(check.ourWebhook()->url, std::string("https://b.example/"));
        check.webhookId = "h3";
        QVERIFY(check.ourWebhook() == nullptr);
        check.webhookId.clear();
        QVERIFY(check.ourWebhook() == nullptr);
        check = {};
        check.webhookId = "h2";
        QVERIFY(check.ourWebhook() == nullptr);
    }

    /// Whoever writes the file: each member missing, or of each other type, is as if never asked.
    void whatSomebodyWroteIsNone()
    {
        const Json good = toJson(sampleEnvironment());
        QVERIFY(environmentCheckFrom(dumpJson(good)));
        const std::vector<Json> others = {nullptr,
                                          true,
                                          -1.5,
                                          std::uint64_t{1} << 63U,
                                          "x",
                                          Json::array({1}),
                                          Json::object({{"value", 1}})};
        const Json flat = good.flatten();
        for (const auto& [pointer, value] : flat.items()) {
            for (const Json& other : others) {
                if (other.type() == value.type() && !other.is_number()) {
                    continue;
                }
                Json changed = good;
                changed[Json::json_pointer(pointer)] = other;
                QVERIFY2(!environmentCheckFrom(dumpJson(changed)), dumpJson(changed).c_str());
            }
        }
        for (const auto& [name, value] : good.items()) {
            Json changed = good;
            changed.erase(name);
            QVERIFY2(!environmentCheckFrom(dumpJson(changed)), name.c_str());
        }
    }

    void whatIsTooMuchIsNone()
    {
        Json json = toJson(sampleEnvironment());
        json["webhookId"] = std::string(2048, 'x');
        QVERIFY(environmentCheckFrom(dumpJson(json)));
        json["webhookId"] = std::string(2049, 'x');
        QVERIFY(!environmentCheckFrom(dumpJson(json)));
        json = toJson(sampleEnvironment());
        json["scopes"] = {{"value", std::vector<std::string>(200, "s")}};
        QVERIFY(environmentCheckFrom(dumpJson(json)));
        json["scopes"]["value"].push_back("s");
        QVERIFY(!environmentCheckFrom(dumpJson(json)));
        for (const char* text : {"", "[]", "null", "{}", "{\"checkedAt\":1", "\xff"}) {
            QVERIFY(!environmentCheckFrom(text));
        }
    }

    void aRowThatIsTooLongIsNotRead()
    {
        EnvironmentChecksScene scene;
        QVERIFY(scene.put(sampleEnvironment()).has_value());
        scene.database->handle().exec(
            "UPDATE environment_check SET report = report || printf('%*s', 600000, ' ')");
        QVERIFY(!scene.store.newest()->has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(EnvironmentCheckStoreTest)
#include "EnvironmentCheckStore_test.moc"
