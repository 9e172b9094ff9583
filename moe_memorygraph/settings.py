"""Settings: one frozen value, read once at start from the environment, `.env` or `memorygraph.toml`."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, from_json
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from moe_memorygraph.errors import InvalidArgument

__all__ = ["OAuthIssuer", "Settings", "is_loopback", "load_settings"]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at this name or address (without brackets)."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _also_bare(name: str) -> AliasChoices:
    """Read `MEMORYGRAPH_<NAME>` first, `<NAME>` after it."""
    return AliasChoices(f"MEMORYGRAPH_{name}", name)


Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by keys of which only the public half is known here: with `none` or a shared secret anybody could sign."""


class OAuthIssuer(BaseModel):
    """An authorization server whose access tokens are taken, and how they name tenant and scopes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str
    """Exactly as tokens say it in `iss`."""
    jwks_url: str | None = None
    """Where its keys are; None: where its own metadata say."""
    algorithms: tuple[Algorithm, ...] = Field(default=("RS256", "PS256", "ES256", "EdDSA"), min_length=1)
    tenant_claim: str = Field(default="tenant", min_length=1)
    tenants: Mapping[str, str] | None = None
    """What the claim says to the key of a tenant; None: the claim says the key."""
    scope_prefix: str = ""
    """What stands before `read`, `write` and `admin` in the token's scopes."""

    @field_validator("url", "jwks_url")
    @classmethod
    def _is_safe(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "https://none")
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        if not safe or not parts.hostname or parts.username is not None or parts.fragment:
            raise ValueError("an address begins with https:// and names a host")
        return url


class Settings(BaseSettings):
    """What a deployment may choose. Every field is documented in `docs/reference/settings.md`; a test says so."""

    model_config = SettingsConfigDict(
        env_prefix="MEMORYGRAPH_",
        env_ignore_empty=True,  # "" is how a client's configuration or a compose file says "not set"
        env_file=".env",
        env_file_encoding="utf-8",
        toml_file="memorygraph.toml",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    database_url: str | None = Field(default=None, validation_alias=_also_bare("DATABASE_URL"))
    """External PostgreSQL, as the application role. None: the embedded one runs under `home`."""
    admin_database_url: str | None = None
    """External PostgreSQL, as an administrator: for `migrate`, `tenant list`, `tenant erase` and large
    tenants' indexes only."""
    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("memorygraph", appauthor=False)))
    """Folder of the embedded database and its secrets."""
    embedding_model: str = Field(default="all-MiniLM-L6-v2", validation_alias=_also_bare("EMBEDDING_MODEL"))
    embedding_dim: int = Field(default=384, ge=8, le=4000, validation_alias=_also_bare("EMBEDDING_DIM"))
    max_concurrent_experts: int = Field(default=6, ge=1, le=64, validation_alias=_also_bare("MAX_CONCURRENT_EXPERTS"))
    """Experts of one run at work at the same time."""
    expert_timeout_sec: float = Field(default=2.0, gt=0, le=60, validation_alias=_also_bare("EXPERT_TIMEOUT_SEC"))
    gate_semantic_threshold: float = Field(
        default=0.85, ge=0, le=1, validation_alias=_also_bare("GATE_SEMANTIC_THRESHOLD")
    )
    """Semantic coverage from which ticket retrieval is skipped, unless the question asks for verbatim evidence."""
    enable_pii_detection: bool = Field(default=True, validation_alias=_also_bare("ENABLE_PII_DETECTION"))
    pii_entities: str = Field(default="shipped", min_length=1, max_length=500)
    """The model that finds names of people and places: `shipped`, `off`, or the name or path of another."""
    enable_writeback: bool = Field(default=True, validation_alias=_also_bare("ENABLE_WRITEBACK"))
    """Whether a question asked in a session is remembered in it."""
    pool_size: int = Field(default=8, ge=1, le=100)
    """Database connections of one process."""
    call_timeout_sec: float = Field(default=30.0, gt=0, le=600)
    """Deadline of one tool call."""
    calls_per_second: float | None = Field(default=1000.0, gt=0)
    """Calls of one tenant by the second, on average, in each process; None: without limit, as for all limits."""
    call_burst: float | None = Field(default=None, ge=1)
    """Calls of one tenant that may come at once after a rest; None: what comes in two seconds."""
    calls_at_once: float | None = Field(default=None, ge=1)
    """Calls of one tenant at work at the same time, in each process; others wait."""
    calls_per_day: float | None = Field(default=None, ge=0)
    """Calls of one tenant in a day (UTC), over all processes."""
    rows_per_day: float | None = Field(default=None, ge=0)
    """Rows and documents that loads write for one tenant in a day."""
    embeddings_per_day: float | None = Field(default=None, ge=0)
    """Texts that are embedded for one tenant in a day."""
    session_ttl_seconds: int = Field(default=86_400, ge=1, le=31_536_000)
    """Time to live of a remembered turn that does not say its own."""
    knowledge_folder: Path | None = None
    """The folder that `sync_knowledge_base` may read; None: it is refused."""
    abstain_below: float = Field(default=0.5, ge=0, le=1)
    """Confidence under which an answer is withheld: at 0.5, one that is more likely wrong than right."""
    llm_url: str | None = None
    """Base address of an OpenAI-compatible endpoint, for example `http://localhost:11434/v1`. None: no model is asked."""
    llm_model: str | None = Field(default=None, max_length=200)
    """How the endpoint calls the model."""
    llm_key: SecretStr | None = None
    llm_timeout_sec: float = Field(default=10.0, gt=0, le=300)
    """What a model may take for one answer, retries and all; never beyond what is left of the call."""
    llm_sampling: bool = False
    """Whether the calling client's own model may be asked, where the client offers it and no endpoint is set."""
    llm_extracts: bool = False
    """Whether `memorygraph extract` has the endpoint's model read tickets too, beside the patterns."""
    audit_anchor: str | None = None
    """Where the audit trail's heads are kept, `file:///…` or `https://…`; None: nowhere."""
    audit_anchor_seconds: float = Field(default=300.0, ge=1, le=86_400)
    """Between two times that heads are written there."""
    secret: SecretStr | None = Field(default=None, min_length=32)
    """What API keys and cursors are sealed with. None: a file in `home`; beside an external database API keys need it."""
    master_key: SecretStr | None = Field(default=None, min_length=32)
    """What the tenants' keys are wrapped with. None: one made of the server's secret; beside an external database
    redaction by key and the vault need this, `master_key_file` or `secret`."""
    master_key_file: Path | None = None
    """A file of such keys, one a line: the first is in use, the others still open what they wrapped."""
    token: SecretStr | None = None
    """API key or access token by which the one client of a stdio server is known, in place of `--tenant`."""
    read_only: bool = False
    """Whether this process writes nothing: every transaction of it is read-only to PostgreSQL."""
    public_url: str | None = None
    """Where clients reach a server that is not on their own machine: `https://mcp.example.com`."""
    oauth_issuers: Annotated[tuple[OAuthIssuer, ...], NoDecode] = ()
    """Authorization servers whose access tokens are taken beside API keys: addresses, or objects as JSON."""
    log_level: str = Field(default="WARNING", pattern="^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$")

    @property
    def asks_clients_model(self) -> bool:
        """Whether a client's own model is to be asked: where that is wanted, and there is no endpoint."""
        return self.llm_sampling and self.llm_url is None

    @field_validator(
        "calls_per_second",
        "call_burst",
        "calls_at_once",
        "calls_per_day",
        "rows_per_day",
        "embeddings_per_day",
        mode="before",
    )
    @classmethod
    def _read_unlimited(cls, given: object) -> object:
        return None if given == "unlimited" else given

    @field_validator("llm_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address begins with http:// or https:// and names a host")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("a key belongs into MEMORYGRAPH_LLM_KEY, not into the address")
        return url

    @field_validator("audit_anchor")
    @classmethod
    def _is_outside(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.username is not None:
            raise ValueError("an address names nobody")
        if parts.scheme == "file" and parts.hostname in (None, "", "localhost") and parts.path.startswith("/"):
            return url
        if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))):
            return url
        raise ValueError("heads are kept in a file (file:///…), or sent to https:// and a host")

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        bare = f"{parts.scheme}://{parts.netloc}".lower()
        if not parts.hostname or parts.username is not None or url.lower().removesuffix("/") != bare:
            raise ValueError("an address of a server is https:// and a host, perhaps a port, and nothing after it")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ValueError("credentials travel over https:// only, but for this machine itself")
        return bare

    @field_validator("oauth_issuers", mode="before")
    @classmethod
    def _read_issuers(cls, given: object) -> object:
        """As the environment has it: JSON, or addresses with commas between them."""
        if isinstance(given, str):
            if given.lstrip().startswith(("[", "{")):
                given = from_json(given)
            else:
                given = [one.strip() for one in given.split(",") if one.strip()]
        if isinstance(given, Mapping):
            given = [given]
        if isinstance(given, list | tuple):
            return tuple({"url": one} if isinstance(one, str) else one for one in given)
        return given

    @model_validator(mode="after")
    def _issuers_are_apart(self) -> Self:
        issuers = self.oauth_issuers
        if issuers and self.public_url is None:
            raise ValueError("MEMORYGRAPH_OAUTH_ISSUERS needs MEMORYGRAPH_PUBLIC_URL: tokens must be meant for it")
        if len({one.url for one in issuers}) < len(issuers):
            raise ValueError("an issuer stands twice in MEMORYGRAPH_OAUTH_ISSUERS")
        if len(issuers) > 1 and any(one.tenants is None for one in issuers):
            raise ValueError("of several issuers each needs its tenants, or one could speak for the other's")
        return self

    @model_validator(mode="after")
    def _endpoint_has_a_model(self) -> Self:
        if self.llm_url is not None and self.llm_model is None:
            raise ValueError("MEMORYGRAPH_LLM_URL needs MEMORYGRAPH_LLM_MODEL beside it")
        if self.llm_extracts and self.llm_url is None:
            raise ValueError("MEMORYGRAPH_LLM_EXTRACTS needs MEMORYGRAPH_LLM_URL beside it")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no secret files are read
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process. Raises `InvalidArgument` naming each wrong one, never its value."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        wrong = "; ".join(map(_told, error.errors()))
        raise InvalidArgument(
            f"Settings are wrong: {wrong}.", "Mend the environment, .env or memorygraph.toml."
        ) from None


def _told(wrong: ErrorDetails) -> str:
    """What is wrong, behind the setting's name where it is about one alone."""
    name = ".".join(map(str, wrong["loc"]))
    sentence = wrong["msg"].removeprefix("Value error, ")
    return f"{name}: {sentence}" if name else sentence
