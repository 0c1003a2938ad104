#pragma once

#include "services/http/HttpServer.h"
#include "services/sandbox/EnclaveAttestor.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/Sandbox.h"
#include "services/sandbox/SigningApi.h"
#include "services/sandbox/SigningRooms.h"

#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <string>

namespace countersign::sandbox {

/// Why this class exists: it is the HTTP face: the control calls of design.md §8 under /sandbox/ and the
/// calls of Dynamic that consoles make (protocol reference §1.9, §2.6, §3, §5), each with its errors as
/// {"error": "…"}, and the enclave's WebSocket at /ws. Everything but GET /sandbox and /ws needs the API
/// token as bearer.
class SandboxApi
{
public:
    /// The sandbox must outlive the API, the API the server that runs its handler.
    explicit SandboxApi(Sandbox& sandbox);
    /// Waits for what its threads are doing.
    ~SandboxApi();
    SandboxApi(const SandboxApi&) = delete;
    SandboxApi& operator=(const SandboxApi&) = delete;

    /// For HttpServer; the work is done on threads of the API's own, so that no connection waits for
    /// another's.
    HttpHandler handler();

    /// The same, here and now.
    HttpResponse answer(const HttpRequest& request);

private:
    boost::asio::awaitable<HttpResponse> answerOnPool(HttpRequest request);
    HttpResponse enclave(const HttpRequest& request);
    HttpResponse control(const HttpRequest& request);
    HttpResponse dynamic(const HttpRequest& request);
    HttpResponse webhooks(const HttpRequest& request);
    HttpResponse encryptionKeys(const HttpRequest& request);

    HttpResponse postDelegation(const HttpRequest& request);
    HttpResponse deleteDelegation(const HttpRequest& request);
    HttpResponse listWallets();
    HttpResponse listDeliveries();
    HttpResponse postEncryptionKey(const HttpRequest& request);
    HttpResponse listEncryptionKeys();
    HttpResponse listMessages(const HttpRequest& request);
    HttpResponse redeliver(const std::string& messageId);

    bool isAuthorised(const HttpRequest& request) const;
    bool isKnownWebhook(const std::string& webhookId) const;

    Sandbox& m_sandbox;
    SigningRooms m_rooms;
    Faults m_faults;
    std::unique_ptr<EnclaveAttestor> m_attestor;  ///< null: the state has lost the root's key
    boost::asio::thread_pool m_workers{2};
    SigningApi m_signing;
};

}  // namespace countersign::sandbox
