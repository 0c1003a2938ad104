#pragma once

#include "services/http/server/HttpServer.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/Sandbox.h"
#include "services/sandbox/api/InspectionCalls.h"
#include "services/sandbox/api/RevocationCalls.h"
#include "services/sandbox/enclave/EnclaveAttestor.h"
#include "services/sandbox/signing/SigningApi.h"
#include "services/sandbox/signing/SigningRooms.h"

#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <string>

namespace countersign::sandbox {

/// The sandbox's HTTP API: the control calls of design.md §8 under /sandbox/ and the calls of Dynamic that
/// consoles make (protocol reference §0, §1.9, §2.6, §3, §5, §6.2), each with its errors as {"error": "…"},
/// and the enclave's WebSocket at /ws. Everything but GET /sandbox, an environment's settings and /ws needs
/// the API token as bearer; the control calls need the sandbox's own, the others any that was made, with the
/// scope that the call needs.
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
    http::HttpHandler handler();

    /// The same, here and now.
    http::HttpResponse answer(const http::HttpRequest& request);

private:
    boost::asio::awaitable<http::HttpResponse> answerOnPool(http::HttpRequest request);
    http::HttpResponse enclave(const http::HttpRequest& request);
    http::HttpResponse control(const http::HttpRequest& request);
    http::HttpResponse dynamic(const http::HttpRequest& request);
    http::HttpResponse server(const http::HttpRequest& request);
    std::optional<http::HttpResponse> refusal(const http::HttpRequest& request);
    http::HttpResponse tokenOfRequest(const http::HttpRequest& request);
    http::HttpResponse settings(const http::HttpRequest& request);
    http::HttpResponse signing(const http::HttpRequest& request);
    std::optional<http::HttpResponse> revocation(const http::HttpRequest& request);
    http::HttpResponse encryptionKeys(const http::HttpRequest& request);

    http::HttpResponse postDelegation(const http::HttpRequest& request);
    http::HttpResponse deleteDelegation(const http::HttpRequest& request);
    http::HttpResponse listWallets();
    http::HttpResponse listDeliveries();
    http::HttpResponse postEncryptionKey(const http::HttpRequest& request);

    bool isAuthorised(const http::HttpRequest& request) const;

    Sandbox& m_sandbox;
    SigningRooms m_rooms;
    Faults m_faults;
    RevocationCalls m_revocations;
    InspectionCalls m_inspections;
    std::unique_ptr<EnclaveAttestor> m_attestor;  ///< null: the state has lost the root's key
    boost::asio::thread_pool m_workers{2};
    SigningApi m_signing;
};

}  // namespace countersign::sandbox
