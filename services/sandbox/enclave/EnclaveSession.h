#pragma once

#include "core/base/SecretBytes.h"
#include "services/http/websocket/WebSocketSession.h"
#include "services/sandbox/Faults.h"
#include "services/sandbox/enclave/EnclaveAttestor.h"
#include "services/sandbox/enclave/EnclaveRequests.h"
#include "services/sandbox/signing/JointSignature.h"
#include "services/sandbox/signing/SigningRooms.h"

#include <boost/asio/thread_pool.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace countersign::sandbox {

class Sandbox;

/// The domain of the relay that both parties of a ceremony are told: nothing listens there, but it must be
/// one that the official codec accepts, which refuses addresses of this machine.
inline constexpr std::string_view simulatedRelayDomain = "relay.countersign-sandbox.test";

/// One connection to the simulated enclave, from handshake to signature (protocol reference §7). It trusts
/// nothing that a frame says about itself: share, room, wallet, share set and digest must agree, and a share
/// that was revoked or reshared away signs nothing. The work is done on the API's threads, in order.
class EnclaveSession final : public http::WebSocketSession,
                             public std::enable_shared_from_this<EnclaveSession>
{
public:
    /// What all connections share; outlives them.
    struct Enclave
    {
        Sandbox& sandbox;
        SigningRooms& rooms;
        Faults& faults;
        EnclaveAttestor& attestor;
        const Clock& clock;
    };

    EnclaveSession(const Enclave& enclave, boost::asio::thread_pool& workers);

    Limits limits() const override;
    void opened(std::shared_ptr<http::Outbox> outbox) override;
    void received(std::string message) override;
    void closed() override {}

    /// The same as received, here and now; nothing where nothing is to be answered.
    void handle(std::string_view message);

private:
    void work();

    struct Refusal
    {
        std::string type;  ///< of §7.3
        std::string message;
    };

    Json handshake(const std::string& requestId, const EnclaveHandshake& handshake,
                   std::optional<EnclaveFault> fault);
    Json acknowledgement(const std::string& requestId) const;
    void signMessage(const std::string& requestId, const EnclaveSignRequest& request);
    tl::expected<DelegatedShare, Refusal> openShare(const EnclaveSignRequest& request) const;
    tl::expected<JointSignature, Refusal> sign(const EnclaveSignRequest& request);
    tl::expected<JointSignature, Refusal> signInRoom(const SigningRoom& room,
                                                     const EnclaveSignRequest& request,
                                                     const DelegatedShare& share);
    /// True when the fault replaces the answer.
    bool strike(EnclaveFault fault, const std::string& requestId, const char* responseType);
    void answerSigned(const std::string& requestId, JointSignature signature,
                      std::optional<EnclaveFault> fault);
    void send(const Json& frame) { m_outbox->put(dumpJson(frame)); }

    Enclave m_enclave;
    boost::asio::thread_pool& m_workers;
    std::shared_ptr<http::Outbox> m_outbox;
    std::mutex m_mutex;  ///< guards the next two
    std::deque<std::string> m_waiting;
    bool m_working = false;
    std::string m_connectionId;
    SecretBytes m_sharedSecret;  ///< empty before the handshake
};

}  // namespace countersign::sandbox
