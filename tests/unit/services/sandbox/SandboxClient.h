#pragma once

#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "services/http/websocket/WebSocketSession.h"
#include "services/sandbox/api/SandboxApi.h"
#include "tests/support/Patience.h"
#include "tests/support/Waiting.h"
#include "tests/support/fakes/EnclavePeer.h"

#include <QTest>

namespace countersign::testing {

/// What a console holds of one delegation.
struct HeldDelegation
{
    std::string walletId;
    std::string address;
    std::string shareSetId;
    std::string walletApiKey;
    Json share;
    Bytes publicKey;
};

/// Test environment of signing without sockets: a sandbox, its API and a client that holds a delegation.
class SandboxClient
{
public:
    SandboxClient() { open({}); }

    void open(sandbox::Sandbox::Options options)
    {
        api.reset();
        service.reset();
        options.encryptionKey = key().publicKey().spkiPem();
        service = std::move(*sandbox::Sandbox::open(std::move(options), clock));
        api = std::make_unique<sandbox::SandboxApi>(*service);
    }

    http::HttpResponse call(const char* method, const std::string& path, const std::string& body = {},
                            const std::string& walletApiKey = {})
    {
        http::HttpRequest request;
        request.method = method;
        request.target = *http::parseHttpTarget(path);
        request.body = body;
        request.headers.add("authorization", "Bearer " + std::string(service->identity().apiToken.text()));
        if (!walletApiKey.empty()) {
            request.headers.add("x-dyn-wallet-api-key", walletApiKey);
        }
        return api->answer(request);
    }
    static Json json(const http::HttpResponse& response) { return parseJson(response.body).value_or(Json()); }
    std::string waas() const
    {
        return "/api/v0/environments/" + service->identity().environmentId + "/waas/";
    }

    HeldDelegation delegate(sandbox::Chain chain)
    {
        return held(service->delegateNew(chain, 1)->front().walletId);
    }
    HeldDelegation delegateAgain(const HeldDelegation& old, sandbox::Chain chain)
    {
        return held(service->delegateAgain(old.walletId, chain)->walletId);
    }

    http::HttpResponse sign(const HeldDelegation& delegation, const Json& body)
    {
        return call("POST", waas() + delegation.walletId + "/delegatedAccess/signMessage", dumpJson(body),
                    delegation.walletApiKey);
    }
    /// The next event of a stream; nothing when none waits.
    static std::optional<Json> event(const http::HttpResponse& response, const std::string& name)
    {
        const auto item = response.stream ? response.stream->take().item : std::nullopt;
        const std::string head = "event: " + name + "\ndata: ";
        if (!item || !item->starts_with(head)) {
            return std::nullopt;
        }
        return parseJson(item->substr(head.size())).value_or(Json());
    }
    std::string room(const HeldDelegation& delegation, const Json& body)
    {
        return event(sign(delegation, body), "room_created")->value("roomId", std::string());
    }

    std::vector<std::string> events(const char* eventName)
    {
        std::vector<std::string> bodies;
        const Result<sandbox::MessageStore::Page> page = service->messages(0, 10'000);
        for (const sandbox::Message& message : page->messages) {
            if (message.eventName == eventName) {
                bodies.push_back(service->prepare(message.messageId)->body);
            }
        }
        return bodies;
    }

    static const RsaPrivateKey& key()
    {
        static const RsaPrivateKey made = std::move(*RsaPrivateKey::generate(2048));
        return made;
    }

    ManualClock clock{1'767'225'600'000};
    std::unique_ptr<sandbox::Sandbox> service;
    std::unique_ptr<sandbox::SandboxApi> api;

private:
    /// From the newest message about the wallet, as the console would.
    HeldDelegation held(const std::string& walletId)
    {
        Json data;
        for (const std::string& body : events("wallet.delegation.created")) {
            if (body.find(walletId) != std::string::npos) {
                data = (*parseJson(body))["data"];
            }
        }
        const auto open = [&](const char* member) {
            return std::string(openEnvelope(*parseEnvelope(data[member]), key())->text());
        };
        HeldDelegation delegation{walletId,
                                  data["publicKey"].get<std::string>(),
                                  data["shareSetId"].get<std::string>(),
                                  open("encryptedWalletApiKey"),
                                  *parseJson(open("encryptedDelegatedShare")),
                                  {}};
        for (const Json& byte : delegation.share["pubkey"]) {
            delegation.publicKey.push_back(byte.get<std::uint8_t>());
        }
        return delegation;
    }
};

/// A connection to the enclave without a socket.
class EnclaveWire
{
public:
    explicit EnclaveWire(SandboxClient& client)
    {
        http::HttpRequest request;
        request.method = "GET";
        request.target = *http::parseHttpTarget("/ws");
        request.asksForWebSocket = true;
        m_session = client.api->answer(request).webSocket;
        m_session->opened(outbox);
    }

    /// The answer; null when the connection ended instead or nothing came.
    Json ask(const std::string& frame, int waitMs = patienceMs)
    {
        m_session->received(frame);
        Json answer;
        (void)waitUntil(
            [&] {
                const auto next = outbox->take();
                if (next.item) {
                    answer = parseJson(*next.item).value_or(Json(*next.item));
                }
                ending = next.ending;
                code = next.code;
                return next.item.has_value() || next.ending != http::Outbox::Ending::None;
            },
            waitMs);
        return answer;
    }
    void flood(const std::string& frame, int count)
    {
        for (int i = 0; i < count; ++i) {
            m_session->received(frame);
        }
    }
    Json ask(const Json& frame) { return ask(dumpJson(frame)); }
    bool handshake() { return peer.accept(ask(peer.handshake())); }

    EnclavePeer peer;
    std::shared_ptr<http::Outbox> outbox = std::make_shared<http::Outbox>();
    http::Outbox::Ending ending = http::Outbox::Ending::None;
    int code = 0;

private:
    std::shared_ptr<http::WebSocketSession> m_session;
};

}  // namespace countersign::testing
