#include "services/sandbox/state/InspectionTypes.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class InspectionTypesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsAbsentStays()
    {
        const DelegatedAccess access = *DelegatedAccess().changedBy(R"({"enabled":false})");
        QVERIFY(!access.enabled && access.promptUsersOnSignIn);
        const WebhookState state =
            *WebhookState().changedBy(R"({"isEnabled":false,"events":["a","b"],"retentionSeconds":0})");
        QVERIFY(!state.isEnabled && state.events.size() == 2 && state.retentionSeconds == 0);
        QCOMPARE(state.disableAfterFailures, WebhookState::usualFailures);
        const WalletSettings settings = *WalletSettings().changedBy(R"({"reshareOnNextSignOn":true})");
        QVERIFY(settings.endsOnSignOn() && !settings.revokeOnNextSignOn);
    }

    void whatIsStoredComesBack()
    {
        const WalletSettings settings = *WalletSettings().changedBy(R"({"isHidden":true,"toldChain":"SVM"})");
        QCOMPARE(dumpJson(WalletSettings().changedBy(dumpJson(settings.toJson()))->toJson()),
                 dumpJson(settings.toJson()));
        const WebhookState state = *WebhookState().changedBy(R"({"shownUrl":"a"})");
        QCOMPARE(dumpJson(WebhookState().changedBy(dumpJson(state.toJson()))->toJson()),
                 dumpJson(state.toJson()));
    }

    void wrongBodiesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char* text :
             {"", "[]", "null", "{", "{\"other\":1}", "{\"enabled\":1,\"isEnabled\":1,\"isHidden\":1}",
              "{\"scopes\":\"x\",\"events\":\"x\",\"toldPath\":1,\"enabled\":\"\"}"}) {
            QTest::newRow(*text == '\0' ? "empty" : text) << QByteArray(text);
        }
    }

    void wrongBodiesAreRefused()
    {
        QFETCH(const QByteArray, body);
        const std::string text = body.toStdString();
        QVERIFY(!DelegatedAccess().changedBy(text));
        QVERIFY(!WebhookState().changedBy(text));
        QVERIFY(!WalletSettings().changedBy(text));
        QVERIFY(!parseTokenRequest(text));
        QVERIFY(!parseMessagesRequest(text));
    }

    void requestsAreBounded()
    {
        QVERIFY(parseTokenRequest(R"({"scopes":[]})"));
        QVERIFY(!parseTokenRequest("{}"));
        QVERIFY(!parseTokenRequest(R"({"scopes":[""]})"));
        QVERIFY(!parseTokenRequest(dumpJson(Json{{"scopes", std::vector<std::string>(51, "s")}})));
        QVERIFY(!parseTokenRequest(dumpJson(Json{{"scopes", {std::string(101, 's')}}})));
        QCOMPARE(parseMessagesRequest(R"({"eventName":"a","count":10000})")->count, std::size_t{10000});
        for (const char* body :
             {"{}", R"({"eventName":"a","count":0})", R"({"eventName":"a","count":10001})",
              R"({"eventName":"a","count":-1})", R"({"eventName":"wallet.delegation.created"})"}) {
            QVERIFY2(!parseMessagesRequest(body), body);
        }
        QVERIFY(!WebhookState().changedBy(R"({"retentionSeconds":99999999999})"));
    }
};

COUNTERSIGN_GUILESS_TEST(InspectionTypesTest)
#include "InspectionTypes_test.moc"
