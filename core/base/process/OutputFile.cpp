#include "core/base/process/OutputFile.h"

#include "core/base/text/Utf8.h"

#include <QCoreApplication>
#include <QFile>

namespace countersign {

namespace {

struct OutputFileText
{
    Q_DECLARE_TR_FUNCTIONS(OutputFileText)
};

}  // namespace

OutputFile::OutputFile(std::string path)
    : m_path(std::move(path)), m_file(QFile::decodeName(QByteArray::fromStdString(m_path)))
{}

Status OutputFile::notWritten() const
{
    return failure(ErrorCode::Storage,
                   OutputFileText::tr("The file %1 cannot be written.").arg(shownUtf8(m_path)),
                   m_file.errorString());
}

Status OutputFile::open()
{
    return m_file.open(QIODevice::WriteOnly) ? Status() : notWritten();
}

Status OutputFile::write(BytesView content)
{
    const auto size = static_cast<qint64>(content.size());
    return m_file.write(reinterpret_cast<const char*>(content.data()), size) == size ? Status()
                                                                                     : notWritten();
}

Status OutputFile::commit()
{
    return m_file.commit() ? Status() : notWritten();
}

}  // namespace countersign
