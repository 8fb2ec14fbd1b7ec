"""A Terraform provider (protocol 6) from a schema and implementations of its resources."""

import functools
import json
import sys
import traceback
from collections.abc import Callable, Mapping

import grpc
from tf.gen import tfplugin_pb2 as protocol
from tf.gen import tfplugin_pb2_grpc as service

from scripts.workshop.providers.resource import Failure, Resource
from scripts.workshop.providers.schema import Block, Provider
from scripts.workshop.providers.values import (
    Values,
    conform,
    decode,
    encode,
    hidden,
    replacing,
    revealed,
    with_defaults,
    with_unknowns,
)

# From the configuration of a provider to the implementation of each resource type.
Configure = Callable[[Values], Mapping[str, Resource]]


def _answers(response: type) -> Callable:
    """Turn errors of a call into diagnostics of its response."""

    def decorate(call: Callable) -> Callable:
        @functools.wraps(call)
        def answer(self, request, context: grpc.ServicerContext):
            try:
                return call(self, request)
            except Failure as failure:
                return response(diagnostics=[_error(failure.summary, failure.detail)])
            except Exception as error:
                # Terraform shows a provider's standard error with TF_LOG only.
                traceback.print_exc(file=sys.stderr)
                summary = f"The stand-in failed in {call.__name__}"
                return response(diagnostics=[_error(summary, f"{type(error).__name__}: {error}")])

        return answer

    return decorate


def _error(summary: str, detail: str) -> protocol.Diagnostic:
    return protocol.Diagnostic(severity=protocol.Diagnostic.ERROR, summary=summary, detail=detail)


class Servicer(service.ProviderServicer):
    """The gRPC service; its method names are those of the protocol."""

    def __init__(self, provider: Provider, configure: Configure) -> None:
        self._provider = provider
        self._configure = configure
        self._resources: Mapping[str, Resource] = {}

    def stop(self) -> None:
        for resource in self._resources.values():
            resource.stop()

    @_answers(protocol.GetMetadata.Response)
    def GetMetadata(self, request):
        return protocol.GetMetadata.Response(
            server_capabilities=_CAPABILITIES,
            resources=[
                protocol.GetMetadata.ResourceMetadata(type_name=name)
                for name in self._provider.resources
            ],
        )

    @_answers(protocol.GetProviderSchema.Response)
    def GetProviderSchema(self, request):
        return protocol.GetProviderSchema.Response(
            server_capabilities=_CAPABILITIES,
            provider=protocol.Schema(block=self._provider.block.message()),
            resource_schemas={
                name: resource.message() for name, resource in self._provider.resources.items()
            },
        )

    @_answers(protocol.ValidateProviderConfig.Response)
    def ValidateProviderConfig(self, request):
        return protocol.ValidateProviderConfig.Response()

    @_answers(protocol.ValidateResourceConfig.Response)
    def ValidateResourceConfig(self, request):
        return protocol.ValidateResourceConfig.Response()

    @_answers(protocol.ConfigureProvider.Response)
    def ConfigureProvider(self, request):
        self._resources = self._configure(decode(request.config))
        return protocol.ConfigureProvider.Response()

    @_answers(protocol.UpgradeResourceState.Response)
    def UpgradeResourceState(self, request):
        state = conform(self._block(request.type_name), json.loads(request.raw_state.json))
        return protocol.UpgradeResourceState.Response(upgraded_state=encode(state))

    @_answers(protocol.ReadResource.Response)
    def ReadResource(self, request):
        state = self._resource(request.type_name).read(decode(request.current_state))
        return protocol.ReadResource.Response(new_state=encode(state))

    @_answers(protocol.PlanResourceChange.Response)
    def PlanResourceChange(self, request):
        proposed = decode(request.proposed_new_state)
        if proposed is None:
            return protocol.PlanResourceChange.Response(planned_state=request.proposed_new_state)
        block = self._block(request.type_name)
        prior, config = decode(request.prior_state), decode(request.config)
        planned = hidden(block, with_defaults(block, proposed, config))
        settled = self._resource(request.type_name).settled(planned)
        if planned | settled == prior:
            return protocol.PlanResourceChange.Response(planned_state=request.prior_state)
        return protocol.PlanResourceChange.Response(
            planned_state=encode(with_unknowns(block, planned, config, prior) | settled),
            requires_replace=replacing(block, prior, planned) if prior is not None else [],
        )

    @_answers(protocol.ApplyResourceChange.Response)
    def ApplyResourceChange(self, request):
        prior, planned = decode(request.prior_state), decode(request.planned_state)
        resource, block = self._resource(request.type_name), self._block(request.type_name)
        try:
            if planned is None:
                resource.delete(prior)
                return protocol.ApplyResourceChange.Response(new_state=encode(None))
            wanted = revealed(block, planned, decode(request.config), prior)
            state = resource.create(wanted) if prior is None else resource.update(prior, wanted)
        except Failure as failure:
            # The prior state stays; the next plan refreshes it.
            return protocol.ApplyResourceChange.Response(
                new_state=request.prior_state,
                diagnostics=[_error(failure.summary, failure.detail)],
            )
        return protocol.ApplyResourceChange.Response(new_state=encode(hidden(block, state)))

    @_answers(protocol.StopProvider.Response)
    def StopProvider(self, request):
        self.stop()
        return protocol.StopProvider.Response()

    def _block(self, type_name: str) -> Block:
        return self._provider.resources[type_name].block

    def _resource(self, type_name: str) -> Resource:
        return self._resources[type_name]


_CAPABILITIES = protocol.ServerCapabilities(get_provider_schema_optional=True)
