#include "core/base/encoding/Json.h"
#include "core/base/process/ProcessHardening.h"
#include "core/base/text/CommandWords.h"
#include "services/http/server/HangupSignal.h"
#include "services/http/server/HttpServer.h"
#include "services/http/server/IoThreads.h"
#include "services/http/server/TerminationSignals.h"
#include "services/sandbox/ServeOptions.h"
#include "services/sandbox/api/SandboxApi.h"
#include "services/sandbox/enclave/EnclaveSession.h"

#include <QCoreApplication>

#include <unistd.h>

#include <cstdio>
#include <future>
#include <iostream>
#include <optional>

using namespace countersign;
using namespace countersign::sandbox;

namespace {

constexpr int failed = 1;
constexpr int badUsage = 2;
constexpr unsigned ioThreads = 2;

int report(const Error& error, int status)
{
    std::cerr << "countersign-sandbox: " << error.sentence.toStdString();
    if (!error.detail.isEmpty()) {
        std::cerr << " (" << error.detail.toStdString() << ')';
    }
    std::cerr << '\n';
    return status;
}

void printBanner(bool keepsState)
{
    std::cerr << "countersign-sandbox " COUNTERSIGN_VERSION
                 ": a local stand-in for Dynamic.\n"
                 "It SIMULATES multi-party computation: this one process makes and knows both shares of "
                 "every key.\n"
              << (keepsState ? "Its state file holds the simulated server's keys in clear.\n"
                             : "Nothing is kept: there is no --state file.\n")
              << "Never use its wallets for real funds.\n";
}

void warnOfRemote(const ServeOptions& options)
{
    if (!options.listen.isLoopback()) {
        std::cerr
            << "countersign-sandbox: WARNING: it listens for other machines too, without TLS: whoever sees "
               "the network sees its tokens and shares.\n";
    }
}

void tellOfHangup()
{
    std::cerr << "countersign-sandbox: SIGHUP: there is nothing to read again; SIGTERM stops it.\n";
}

/// design.md §8: one line on standard output, with credentials of this simulation only.
void printReady(const http::HttpServer& server, const SandboxIdentity& identity)
{
    const std::string authority = server.url().substr(std::string_view("http://").size());
    const Json ready = {
        {"url", server.url()},
        {"enclaveUrl", "ws://" + authority + "/ws"},
        {"environmentId", identity.environmentId},
        {"apiToken", std::string(identity.apiToken.text())},
        {"webhookId", identity.webhookId},
        {"webhookSecret", std::string(identity.webhookSecret.text())},
        {"enclaveRootPem", identity.enclaveRootPem},
        {"enclavePcr8", identity.enclavePcr8},
        {"relayDomain", std::string(simulatedRelayDomain)},
    };
    // Whoever started this waits for the line, mostly behind a pipe.
    std::cout << dumpJson(ready) << '\n' << std::flush;
}

void startDelivery(Sandbox& sandbox, http::IoThreads& threads, const Clock& clock,
                   std::unique_ptr<WebhookDelivery>& delivery)
{
    const Result<WebhookUrl> url = WebhookUrl::parse(sandbox.webhookUrl());
    if (!url) {
        std::cerr << "countersign-sandbox: no webhook URL is known yet; webhooks wait for a start with "
                     "--webhook-url.\n";
        return;
    }
    delivery =
        std::make_unique<WebhookDelivery>(threads.context(), sandbox, clock, WebhookDelivery::Options{*url});
    sandbox.setMessageListener(
        [&delivery](std::vector<MessageStore::Due> due) { delivery->add(std::move(due)); });
}

int serve(ServeOptions options)
{
    const SystemClock clock;
    // In a terminal SIGHUP says that the terminal is gone, and the sandbox goes too, in order. Elsewhere it
    // is a service that is asked to read its files again.
    const bool inTerminal = isatty(STDERR_FILENO) == 1;
    if (!inTerminal) {
        http::HangupSignal::ignore();
    }
    printBanner(!options.sandbox.state.empty());
    warnOfRemote(options);
    const Result<std::unique_ptr<Sandbox>> sandbox = Sandbox::open(std::move(options.sandbox), clock);
    if (!sandbox) {
        return report(sandbox.error(), failed);
    }
    http::IoThreads threads(ioThreads);
    std::unique_ptr<WebhookDelivery> delivery;
    SandboxApi api(**sandbox);
    http::HttpServer server(threads.context(), {options.listen, {}, {}, {}}, api.handler());
    if (const Status started = server.start(); !started) {
        return report(started.error(), failed);
    }
    startDelivery(**sandbox, threads, clock, delivery);
    const Result<std::vector<MessageStore::Due>> pending = (*sandbox)->pendingMessages();
    if (!pending) {
        return report(pending.error(), failed);
    }
    if (delivery) {
        delivery->add(*pending);
    }
    if (const Status pinged = (*sandbox)->ping(); !pinged) {
        return report(pinged.error(), failed);
    }

    std::promise<void> stopped;
    const http::TerminationSignals signals(
        threads.context(), [&] { server.stop([&] { stopped.set_value(); }); },
        inTerminal ? http::TerminationSignals::OnHangup::Stop : http::TerminationSignals::OnHangup::GoOn);
    std::optional<http::HangupSignal> hangups;
    if (!inTerminal) {
        hangups.emplace(threads.context(), tellOfHangup);
    }
    printReady(server, (*sandbox)->identity());
    stopped.get_future().wait();
    threads.stop();
    return 0;
}

}  // namespace

int main(int argc, char* argv[])
{
    disableCoreDumps();
    ignoreWriteSignals();
    const std::vector<std::string> words = commandWords(argc, argv);
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("countersign-sandbox"));
    QCoreApplication::setApplicationVersion(QStringLiteral(COUNTERSIGN_VERSION));
    switch (ServeOptions::wish(words)) {
        case ServeOptions::Wish::Help:
            std::cout << ServeOptions::helpText().toStdString();
            return 0;
        case ServeOptions::Wish::Version:
            std::cout << "countersign-sandbox " COUNTERSIGN_VERSION "\n";
            return 0;
        case ServeOptions::Wish::Serve:
            break;
    }
    Result<ServeOptions> options = ServeOptions::parse(words);
    if (!options) {
        return report(options.error(), badUsage);
    }
    return serve(std::move(*options));
}
